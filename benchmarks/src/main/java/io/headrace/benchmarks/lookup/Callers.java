package io.headrace.benchmarks.lookup;

import io.headrace.benchmarks.harness.Work;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * So many callers at the same time, each of which makes its next call when the one before was answered.
 *
 * @param count how many there are
 */
record Callers(int count) {

    private static final long LONGEST_WAIT_MINUTES = 10;

    /** Callers without threads: each goes on where its answer arrives. */
    Work on(Lookup lookup) {
        return calls -> {
            List<Caller> callers = IntStream.range(0, count)
                    .mapToObj(number -> new Caller(lookup, number, count, calls))
                    .toList();
            callers.forEach(Caller::call);
            long sum = 0;
            for (Caller caller : callers) {
                sum += caller.done.get(LONGEST_WAIT_MINUTES, TimeUnit.MINUTES);
            }
            return sum;
        };
    }

    /** Callers with a thread each. */
    Work on(ExecutorService threads, BlockingLookup lookup) {
        return calls -> {
            long sum = 0;
            for (Future<Long> caller : threads.invokeAll(IntStream.range(0, count)
                    .mapToObj(number -> blockingCaller(lookup, number, calls))
                    .toList())) {
                sum += caller.get();
            }
            return sum;
        };
    }

    private Callable<Long> blockingCaller(BlockingLookup lookup, int number, int calls) {
        return () -> {
            long sum = 0;
            for (int call = number; call < calls; call += count) {
                sum += lookup.find(Product.keyOfCall(call)).figure();
            }
            return sum;
        };
    }

    /** Only ever touched by the thread that its answer arrives on. */
    private static final class Caller {

        private final Lookup lookup;
        private final int callers;
        private final int calls;
        private final CompletableFuture<Long> done = new CompletableFuture<>();
        private int next;
        private long sum;

        Caller(Lookup lookup, int number, int callers, int calls) {
            this.lookup = lookup;
            this.next = number;
            this.callers = callers;
            this.calls = calls;
        }

        void call() {
            if (next >= calls) {
                done.complete(sum);
                return;
            }
            long key = Product.keyOfCall(next);
            next += callers;
            lookup.find(key, this::found, done::completeExceptionally);
        }

        private void found(Product product) {
            sum += product.figure();
            call();
        }
    }
}
