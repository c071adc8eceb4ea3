package io.headrace.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** A connection that remembers what it was asked and behaves as the test says. */
final class FakeConnection extends ForwardingConnection implements Wrapped<Object> {

    final List<String> calls = new CopyOnWriteArrayList<>();
    final Sinks.Empty<Void> beginAnswer = Sinks.empty();

    private final @Nullable Scheduler loop;

    volatile boolean alive = true;

    /** Whether it says at once whether it is open. */
    volatile boolean answersAtOnce = true;

    volatile boolean closed;
    volatile boolean inTransaction;
    volatile boolean answersBegin = true;
    volatile Mono<Boolean> remoteAnswer = Mono.fromSupplier(() -> alive);
    volatile Mono<Void> rollbackAnswer = Mono.empty();

    /** What a question to the server makes the driver learn, as an answer that was still on its way does. */
    volatile boolean learnsOfTransaction;

    FakeConnection(@Nullable Scheduler loop) {
        this.loop = loop;
    }

    @Override
    public @Nullable Object unwrap() {
        return null;
    }

    @Override
    public <E> @Nullable E unwrap(Class<E> type) {
        return type == Scheduler.class ? type.cast(loop) : Wrapped.super.unwrap(type);
    }

    @Override
    Connection target() {
        throw new UnsupportedOperationException("not played by this fake");
    }

    /** One that nobody may use. */
    @Override
    public Statement createStatement(String sql) {
        return (Statement) Proxy.newProxyInstance(
                Statement.class.getClassLoader(), new Class<?>[] {Statement.class}, (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException("not played by this fake");
                });
    }

    @Override
    public Publisher<Void> beginTransaction() {
        return Mono.defer(() -> {
            calls.add("begin");
            if (!answersBegin) {
                learnsOfTransaction = true;
                return beginAnswer.asMono();
            }
            inTransaction = true;
            return Mono.empty();
        });
    }

    @Override
    public Publisher<Void> rollbackTransaction() {
        return Mono.defer(() -> {
            calls.add("rollback");
            return rollbackAnswer.then(Mono.fromRunnable(() -> inTransaction = false));
        });
    }

    @Override
    public Publisher<Void> commitTransaction() {
        return Mono.fromRunnable(() -> {
            calls.add("commit");
            inTransaction = false;
        });
    }

    @Override
    public boolean isAutoCommit() {
        return !inTransaction;
    }

    @Override
    public Publisher<Boolean> validate(ValidationDepth depth) {
        if (depth == ValidationDepth.LOCAL) {
            Mono<Boolean> answer = Mono.fromSupplier(() -> alive && !closed);
            return answersAtOnce ? answer : answer.hide();
        }
        return Mono.defer(() -> {
            calls.add("validate");
            if (learnsOfTransaction) {
                learnsOfTransaction = false;
                inTransaction = true;
            }
            return remoteAnswer;
        });
    }

    @Override
    public Publisher<Void> close() {
        return Mono.fromRunnable(() -> closed = true);
    }
}
