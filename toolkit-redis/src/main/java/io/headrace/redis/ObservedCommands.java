package io.headrace.redis;

import io.headrace.redis.RedisCommandEnd.Outcome;
import io.headrace.redis.RedisListener.Observer;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Tells a listener of each command; stands in front of the commands only where there is one. */
final class ObservedCommands implements Commands {

    private static final Logger LOG = LoggerFactory.getLogger(ObservedCommands.class);

    private final Commands commands;
    private final RedisListener listener;
    private final Timing timing;

    ObservedCommands(Commands commands, RedisListener listener, Timing timing) {
        this.commands = commands;
        this.listener = listener;
        this.timing = timing;
    }

    @Override
    public Mono<Response> send(Supplier<RedisCommand> supplier) {
        return Mono.deferContextual(context -> {
            RedisCommand command = supplier.get();
            Observer observer = started(command, context);
            if (observer == null) {
                return commands.send(() -> command);
            }
            long began = timing.nanos();
            AtomicBoolean told = new AtomicBoolean();
            return commands.send(() -> command)
                    .doOnSuccess(reply -> end(observer, told, began, Outcome.ANSWERED, null))
                    .doOnError(error -> end(observer, told, began, Outcome.FAILED, error))
                    .doOnCancel(() -> end(observer, told, began, Outcome.CANCELLED, null));
        });
    }

    private @Nullable Observer started(RedisCommand command, ContextView context) {
        try {
            return listener.commandStarted(command.name(), command.key(), context);
        } catch (RuntimeException e) {
            LOG.warn("A Redis listener failed.", e);
            return null;
        }
    }

    private void end(Observer observer, AtomicBoolean told, long began, Outcome outcome, @Nullable Throwable error) {
        if (told.compareAndSet(false, true)) {
            try {
                Duration duration = Duration.ofNanos(timing.nanos() - began);
                observer.ended(new RedisCommandEnd(outcome, duration, Optional.ofNullable(error)));
            } catch (RuntimeException e) {
                LOG.warn("A Redis listener failed.", e);
            }
        }
    }

    @Override
    public Mono<List<Commands>> masters() {
        return commands.masters().map(all -> all.stream()
                .<Commands>map(one -> new ObservedCommands(one, listener, timing))
                .toList());
    }

    @Override
    public boolean isDown() {
        return commands.isDown();
    }
}
