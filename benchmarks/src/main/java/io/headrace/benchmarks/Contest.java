package io.headrace.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Runs contenders in turn, several rounds after a warm-up, and prints the best time of each with its ratio to the first.
 * The rounds go around, so that a slow moment of the machine hits all alike; the best round is what the code can do.
 */
final class Contest {

    private static final int WARM_UP_ROUNDS = 1;
    private static final int ROUNDS = 3;

    private final String title;
    private final long expected;
    private final List<Contender> contenders = new ArrayList<>();

    Contest(String title, long expected) {
        this.title = title;
        this.expected = expected;
    }

    Contest add(Contender contender) {
        contenders.add(contender);
        return this;
    }

    void run() throws Exception {
        long[] best = new long[contenders.size()];
        for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
            for (int i = 0; i < contenders.size(); i++) {
                long took = time(contenders.get(i));
                boolean counts = round >= WARM_UP_ROUNDS;
                best[i] = counts && (best[i] == 0 || took < best[i]) ? took : best[i];
            }
        }
        print(best);
    }

    private long time(Contender contender) throws Exception {
        long start = System.nanoTime();
        long done = contender.work().call();
        long took = System.nanoTime() - start;
        if (done != expected) {
            throw new IllegalStateException(
                    contender.name() + " did other work: " + done + " where " + expected + " was expected");
        }
        return took;
    }

    private void print(long[] best) {
        System.out.printf("%n%s%n", title);
        for (int i = 0; i < best.length; i++) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-52s %8d ms   %5.2f x%n",
                    contenders.get(i).name(),
                    TimeUnit.NANOSECONDS.toMillis(best[i]),
                    (double) best[i] / best[0]);
        }
    }
}
