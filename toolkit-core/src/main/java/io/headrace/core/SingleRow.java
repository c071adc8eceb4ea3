package io.headrace.core;

import io.headrace.core.error.RowCountException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The only row of a result, after its end; an error where there is a second one. One operator, because this is what most
 * statements end in.
 */
final class SingleRow<T> extends Mono<T> {

    private final Publisher<T> rows;
    private final SqlStatement statement;
    private final boolean required;

    /** @param required whether no row is an error too */
    SingleRow(Publisher<T> rows, SqlStatement statement, boolean required) {
        this.rows = rows;
        this.statement = statement;
        this.required = required;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        rows.subscribe(new Taker<>(actual, statement, required));
    }

    private static final class Taker<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;
        private final SqlStatement statement;
        private final boolean required;
        private @Nullable Subscription upstream;
        private @Nullable T row;
        private boolean over;

        Taker(CoreSubscriber<? super T> actual, SqlStatement statement, boolean required) {
            this.actual = actual;
            this.statement = statement;
            this.required = required;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            actual.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            Subscription source = upstream;
            if (Operators.validate(n) && source != null) {
                source.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void cancel() {
            Subscription source = upstream;
            if (source != null) {
                source.cancel();
            }
        }

        @Override
        public void onNext(T next) {
            if (over) {
                Operators.onDiscard(next, currentContext());
            } else if (row == null) {
                row = next;
            } else {
                over = true;
                cancel();
                actual.onError(new RowCountException("more than one row where at most one was asked by: "
                        + statement.brief() + ". Add LIMIT 1 or ask with first() if any of them will do"));
            }
        }

        @Override
        public void onError(Throwable error) {
            if (over) {
                Operators.onErrorDropped(error, currentContext());
            } else {
                over = true;
                actual.onError(error);
            }
        }

        @Override
        public void onComplete() {
            if (over) {
                return;
            }
            over = true;
            T only = row;
            if (only != null) {
                actual.onNext(only);
                actual.onComplete();
            } else if (required) {
                actual.onError(new RowCountException("no row where exactly one was asked by: " + statement.brief()));
            } else {
                actual.onComplete();
            }
        }
    }
}
