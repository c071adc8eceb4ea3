package io.headrace.tx;

/**
 * How many items are tried together. After a failure fewer, the fewer the closer the bad ones stand together, and then twice
 * as many with each piece that is kept. For one subscription, whose signals are serial.
 */
final class Pace {

    private final int smallest;
    private final int numerator;
    private final int denominator;
    private int most = Integer.MAX_VALUE;

    private Pace(int smallest, int numerator, int denominator) {
        this.smallest = smallest;
        this.numerator = numerator;
        this.denominator = denominator;
    }

    /** For items that cost a statement each: what is tried in vain is done again, so a quarter of the last good stretch. */
    static Pace ofStatements() {
        return new Pace(1, 1, 4);
    }

    /** For rows that go by one statement, which costs as much as many rows: four times the last good stretch. */
    static Pace ofRows() {
        return new Pace(16, 4, 1);
    }

    int most() {
        return most;
    }

    void kept(int items) {
        if (items >= most) {
            most = (int) Math.min(Integer.MAX_VALUE, 2L * most);
        }
    }

    void failed(int goodBefore) {
        most = (int) Math.max(smallest, Math.min(Integer.MAX_VALUE, (long) goodBefore * numerator / denominator));
    }
}
