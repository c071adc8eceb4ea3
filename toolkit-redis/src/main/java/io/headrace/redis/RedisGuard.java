package io.headrace.redis;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Runs steps that their caller can do without: skipped while Redis is of no use, left behind when late or failed. How late is
 * for their commands to say ({@link LimitedCommands}).
 */
final class RedisGuard {

    private static final Logger LOG = LoggerFactory.getLogger(RedisGuard.class);

    private final Commands commands;
    private final boolean failing;
    private final LongAdder failures;
    private final Breaker breaker;

    /** With {@code failing}, errors are handed on instead; all are counted in {@code failures}. */
    RedisGuard(Commands commands, Timing timing, boolean failing, LongAdder failures) {
        this.commands = commands;
        this.failing = failing;
        this.failures = failures;
        this.breaker = new Breaker(timing);
    }

    /** The result of the step, or empty when it was skipped, failed or came too late. */
    <R> Mono<R> tolerant(String full, Supplier<Mono<R>> step) {
        return Mono.defer(() -> {
            if (commands.isDown() || !breaker.permits()) {
                return failed(full, skipped(full));
            }
            return step.get().doOnSuccess(done -> breaker.succeeded()).onErrorResume(RedisException.class, error -> {
                count(error);
                return failed(full, error);
            });
        });
    }

    private void count(Throwable error) {
        // whoever answers, if only with an error, is there
        if (error instanceof RedisReplyException || error instanceof RedisCodecException) {
            breaker.succeeded();
        } else {
            breaker.failed();
        }
    }

    private <R> Mono<R> failed(String full, Throwable error) {
        failures.increment();
        if (failing) {
            return Mono.error(error);
        }
        LOG.debug("key '{}': going on without Redis", full, error);
        return Mono.empty();
    }

    private static RedisException skipped(String full) {
        return new RedisUnavailableException(
                "Key '" + full
                        + "' was not asked for, because Redis does not answer at present. It is tried again soon.",
                null);
    }
}
