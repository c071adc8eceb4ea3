package io.headrace.samples.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.util.Map;
import java.util.Set;

/** Calls that hold a thread up. */
final class BlockingCalls {

    private static final Map<String, Set<String>> METHODS = Map.of(
            "reactor.core.publisher.Mono", Set.of("block", "blockOptional"),
            "reactor.core.publisher.Flux", Set.of("blockFirst", "blockLast", "toIterable", "toStream"),
            "java.lang.Thread", Set.of("sleep", "join"),
            "java.lang.Object", Set.of("wait"),
            "java.util.concurrent.CountDownLatch", Set.of("await"),
            "java.util.concurrent.Future", Set.of("get"),
            "java.util.concurrent.CompletableFuture", Set.of("get", "join"));

    static final DescribedPredicate<JavaMethodCall> OF_REACTOR_OR_THREADS =
            DescribedPredicate.describe("a method that blocks", call -> METHODS.getOrDefault(
                            call.getTargetOwner().getName(), Set.of())
                    .contains(call.getTarget().getName()));

    private BlockingCalls() {}
}
