package io.headrace.core.connection;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A savepoint that was set, and how it comes back: released, or rolled back. What was promised of either is verified. */
final class Savepoint {

    private final Session session;
    private final String name;

    Savepoint(Session session, String name) {
        this.session = session;
        this.name = name;
    }

    /** The session behind it. */
    Session session() {
        return session;
    }

    /**
     * Keeps what was done behind it. Where nothing has failed there, the release is sent ahead of whatever comes next, and
     * its failure is that of the transaction; otherwise its answer is awaited, and its failure undoes the savepoint.
     */
    Mono<Void> keep() {
        return Mono.defer(() -> {
            queue().seal(level());
            return conversation()
                    .settled(queue().quiet(level()))
                    .doOnError(this::lost)
                    .then(Mono.defer(this::release));
        });
    }

    private Mono<Void> release() {
        Throwable failure = queue().failureOf(level());
        if (failure != null) {
            return undo().then(Mono.error(failure));
        }
        if (queue().isAbandoned()) {
            queue().pop(level());
            return Mono.error(new SessionEndedException());
        }
        Mono<Void> release = Mono.fromDirect(session.dialect().release(session.connection(), name));
        if (queue().needsCare(level())) {
            return conversation()
                    .answered(null, release)
                    .doOnSuccess(released -> queue().pop(level()))
                    .onErrorResume(error -> undo().then(Mono.error(error)));
        }
        // Nobody else can be sending: its own level is quiet, and everything around it waits until it is gone.
        return conversation().ahead(outer(), release).doOnSuccess(sent -> queue().pop(level()));
    }

    /**
     * Undoes what was done behind it, after stopping what still runs there. Rolled back and released, so that a long batch
     * does not leave one savepoint per failure behind. Where the transaction itself is ending, its rollback does all that.
     */
    Mono<Void> undo() {
        return Mono.defer(() -> {
            queue().seal(level());
            return conversation()
                    .stopped(() -> queue().joinIfAlone(level()), () -> queue().quiet(level()))
                    .then(Mono.defer(this::rollBack))
                    .doOnError(this::lost)
                    .doOnSuccess(undone -> queue().pop(level()));
        });
    }

    /** What is not known to be undone must not be committed. */
    private void lost(Throwable error) {
        queue().fail(outer(), error);
        queue().pop(level());
    }

    private Mono<Void> rollBack() {
        if (queue().failureOf(level()) != null || queue().isAbandoned()) {
            return Mono.empty();
        }
        return conversation()
                .answered(
                        null,
                        Flux.concat(
                                session.dialect().rollbackTo(session.connection(), name),
                                session.dialect().release(session.connection(), name)));
    }

    private Conversation conversation() {
        return session.conversation();
    }

    private StatementQueue queue() {
        return session.queue();
    }

    private Level level() {
        return session.level();
    }

    private Level outer() {
        @Nullable Level outer = level().outer;
        if (outer == null) {
            throw new IllegalStateException("a savepoint without a transaction");
        }
        return outer;
    }
}
