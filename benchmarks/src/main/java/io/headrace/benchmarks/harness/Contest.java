package io.headrace.benchmarks.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs contenders in turn, several rounds after a warm-up. The rounds go around and each begins with another contender, so
 * that slow moments of the machine, and what one leaves behind for the next, hit all alike. Who did other work than the
 * rest fails the run.
 */
public final class Contest {

    private final String title;
    private final String unit;
    private final int units;
    private final LongUnaryOperator expected;
    private final List<Contender> contenders = new ArrayList<>();
    private Runnable before = () -> {};
    private @Nullable LongSupplier figureAfter;

    private Contest(String title, String unit, int units, LongUnaryOperator expected) {
        this.title = title;
        this.unit = unit;
        this.units = units;
        this.expected = expected;
    }

    /**
     * A contest without contenders.
     *
     * @param unit what is counted, such as {@code row}
     * @param units how many of them make the whole work
     * @param expected the figure that this many units must lead to
     */
    public static Contest of(String title, String unit, int units, LongUnaryOperator expected) {
        return new Contest(title, unit, units, expected);
    }

    /** What to do before each piece of work; its time does not count. */
    public Contest before(Runnable preparation) {
        before = preparation;
        return this;
    }

    /** Where the figure comes from, if what the work returns could be a guess: the database is asked what is in it. */
    public Contest figureFrom(LongSupplier source) {
        figureAfter = source;
        return this;
    }

    /** Adds a contender that does the whole work. All are compared with the one that is added first. */
    public Contest add(String name, Work work) {
        contenders.add(new Contender(name, units, work));
        return this;
    }

    /**
     * Adds a contender that would take too long for the whole work. The table says how much it did and shows it as if it
     * had done all.
     *
     * @param part it does one part in so many
     */
    public Contest addForPart(String name, int part, Work work) {
        int fewer = Math.max(1, units / part);
        contenders.add(new Contender("%s (did %,d)".formatted(name, fewer), fewer, work));
        return this;
    }

    /** Runs all rounds. Progress goes to the standard error. */
    public Standings run(Rounds rounds) throws Exception {
        List<List<Usage>> taken = new ArrayList<>();
        contenders.forEach(contender -> taken.add(new ArrayList<>()));
        rounds.goAround(title, contenders.size(), (index, counts) -> {
            Usage usage = run(contenders.get(index));
            if (counts) {
                taken.get(index).add(usage);
            }
        });
        List<Standing> standings = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            standings.add(
                    new Standing(contenders.get(i).name(), contenders.get(i).units(), taken.get(i)));
        }
        return new Standings(title, unit, units, standings);
    }

    private Usage run(Contender contender) throws Exception {
        before.run();
        // Nobody pays for the garbage of the one before.
        System.gc();
        UsageMeter meter = UsageMeter.start();
        long returned = contender.work().run(contender.units());
        Usage usage = meter.stop();
        long figure = figureAfter == null ? returned : figureAfter.getAsLong();
        long right = expected.applyAsLong(contender.units());
        if (figure != right) {
            throw new IllegalStateException(
                    contender.name() + " did other work: " + figure + " where " + right + " was expected");
        }
        return usage;
    }
}
