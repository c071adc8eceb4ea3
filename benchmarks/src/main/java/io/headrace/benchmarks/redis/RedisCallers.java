package io.headrace.benchmarks.redis;

import io.headrace.benchmarks.harness.Work;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * So many callers at the same time, without threads: each makes its next call when the one before was answered, where that
 * answer arrives.
 *
 * @param count how many there are
 */
record RedisCallers(int count) {

    private static final long LONGEST_WAIT_MINUTES = 5;

    Work on(RedisCall call) {
        return calls -> {
            List<Caller> callers = IntStream.range(0, count)
                    .mapToObj(number -> new Caller(call, number, count, calls))
                    .toList();
            callers.forEach(Caller::next);
            long sum = 0;
            for (Caller caller : callers) {
                sum += caller.done.get(LONGEST_WAIT_MINUTES, TimeUnit.MINUTES);
            }
            return sum;
        };
    }

    /** Only ever touched by the thread that its answer arrives on. */
    private static final class Caller {

        private final RedisCall call;
        private final int callers;
        private final int calls;
        private final CompletableFuture<Long> done = new CompletableFuture<>();
        private int next;
        private long sum;

        Caller(RedisCall call, int number, int callers, int calls) {
            this.call = call;
            this.next = number;
            this.callers = callers;
            this.calls = calls;
        }

        void next() {
            if (next >= calls) {
                done.complete(sum);
                return;
            }
            int number = next;
            next += callers;
            call.make(number, this::answered, done::completeExceptionally);
        }

        private void answered(long figure) {
            sum += figure;
            next();
        }
    }
}
