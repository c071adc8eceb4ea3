package io.headrace.tx;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Waits for what a server shows only when asked. */
public final class Conditions {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Conditions() {}

    public static void await(BooleanSupplier condition) {
        Mono.fromSupplier(condition::getAsBoolean)
                .subscribeOn(Schedulers.boundedElastic())
                .filter(Boolean::booleanValue)
                .repeatWhenEmpty(Integer.MAX_VALUE, retries -> retries.delayElements(Duration.ofMillis(20)))
                .timeout(LIMIT)
                .onErrorMap(
                        java.util.concurrent.TimeoutException.class,
                        error -> new AssertionError("the condition never came true"))
                .block();
    }
}
