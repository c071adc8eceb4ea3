package io.headrace.core.connection;

import io.headrace.core.observe.StatementLabel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sets a savepoint when its turn has come. Emits it even to a subscriber who has cancelled in between, since somebody has
 * to bring it back.
 */
final class SavepointOpening extends Mono<Savepoint> {

    private static final StatementLabel LABEL = StatementLabel.of("SAVEPOINT");

    private final Session outer;
    private final TransactionGuide guide;

    SavepointOpening(Session outer, TransactionGuide guide) {
        this.outer = outer;
        this.guide = guide;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Savepoint> actual) {
        actual.onSubscribe(new Turn(actual, outer, guide));
    }

    private static final class Turn extends Entrant implements Subscription {

        private final CoreSubscriber<? super Savepoint> actual;
        private final Session outer;
        private final Level inner;
        private final TransactionGuide guide;
        private final AtomicBoolean asked = new AtomicBoolean();

        Turn(CoreSubscriber<? super Savepoint> actual, Session outer, TransactionGuide guide) {
            this.actual = actual;
            this.outer = outer;
            this.inner = new Level(outer.level());
            this.guide = guide;
        }

        @Override
        public void request(long n) {
            if (asked.compareAndSet(false, true)) {
                Throwable refusal = outer.queue().enter(this, false);
                if (refusal != null) {
                    refuse(refusal);
                }
            }
        }

        @Override
        public void cancel() {
            boolean launched = outer.queue().cancel(this);
            assert launched || phase == Phase.OVER;
        }

        @Override
        Level level() {
            return outer.level();
        }

        @Override
        Level opens() {
            return inner;
        }

        @Override
        StatementLabel label() {
            return LABEL;
        }

        @Override
        void launch() {
            Conversation conversation = outer.conversation();
            String name = conversation.nextSavepoint();
            Savepoint savepoint = new Savepoint(new Session(conversation, inner, guide), name);
            conversation
                    .ahead(inner, Flux.defer(() -> outer.dialect().savepoint(outer.connection(), name)))
                    .subscribe(nothing -> {}, error -> failed(error), () -> opened(savepoint));
        }

        private void opened(Savepoint savepoint) {
            actual.onNext(savepoint);
            actual.onComplete();
        }

        private void failed(Throwable error) {
            outer.queue().pop(inner);
            actual.onError(error);
        }

        @Override
        void refuse(Throwable reason) {
            actual.onError(reason);
        }

        /** What fails ahead of a savepoint fails its level, whose statements say so. */
        @Override
        void withdraw(Throwable reason) {}
    }
}
