package io.headrace.core.observe;

import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** A statement with its observers between it and its subscriber. Passes everything through. */
final class ObservedFlux<T> extends Flux<T> {

    private final StatementSignals signals;
    private final Function<ContextView, StatementStart> start;
    private final ToLongFunction<? super T> rowsOf;
    private final Publisher<T> source;
    private final boolean single;

    /** @param single whether the first value is the end, so that a subscriber who goes then has not cancelled anything */
    ObservedFlux(
            StatementSignals signals,
            Function<ContextView, StatementStart> start,
            ToLongFunction<? super T> rowsOf,
            Publisher<T> source,
            boolean single) {
        this.signals = signals;
        this.start = start;
        this.rowsOf = rowsOf;
        this.source = source;
        this.single = single;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        Context context = actual.currentContext();
        StatementStart started = start.apply(context);
        StatementExecution execution = signals.start(started, context);
        source.subscribe(new Observed<>(
                actual,
                execution,
                execution.contextWrite(context),
                rowsOf,
                started.kind() == StatementKind.ROWS,
                single));
    }

    private static final class Observed<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;
        private final StatementExecution execution;
        private final Context context;
        private final ToLongFunction<? super T> rowsOf;
        private final boolean single;
        private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();
        private boolean awaitsFirstRow;

        /** Not volatile: who cancels from another thread may read a count that is a few rows old. */
        private long rows;

        Observed(
                CoreSubscriber<? super T> actual,
                StatementExecution execution,
                Context context,
                ToLongFunction<? super T> rowsOf,
                boolean awaitsFirstRow,
                boolean single) {
            this.actual = actual;
            this.execution = execution;
            this.context = context;
            this.rowsOf = rowsOf;
            this.awaitsFirstRow = awaitsFirstRow;
            this.single = single;
        }

        @Override
        public Context currentContext() {
            return context;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream.set(subscription);
            actual.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            upstream.request(n);
        }

        @Override
        public void cancel() {
            execution.ended(StatementOutcome.CANCELLED, rows, null);
            upstream.cancel();
        }

        @Override
        public void onNext(T element) {
            rows += rowsOf.applyAsLong(element);
            if (awaitsFirstRow) {
                awaitsFirstRow = false;
                execution.firstRow();
            }
            if (single) {
                execution.ended(StatementOutcome.COMPLETED, rows, null);
            }
            actual.onNext(element);
        }

        @Override
        public void onError(Throwable error) {
            execution.ended(StatementOutcome.FAILED, rows, error);
            actual.onError(error);
        }

        @Override
        public void onComplete() {
            execution.ended(StatementOutcome.COMPLETED, rows, null);
            actual.onComplete();
        }
    }
}
