package io.headrace.tx.proof;

import java.util.List;

/** What transactions did to lists, as they saw it, and what the lists were in the end. */
record History(List<Transaction> transactions, List<Read> last) {

    /** One step of a transaction. */
    sealed interface Step permits Append, Read {
        int key();
    }

    /** A value that no other step appends anywhere. */
    record Append(int key, int value) implements Step {}

    /** The whole list. */
    record Read(int key, List<Integer> values) implements Step {}

    /** What its client was told of its end. */
    enum Fate {
        COMMITTED,
        ROLLED_BACK,
        UNKNOWN
    }

    /** Its steps are those that were answered. */
    record Transaction(int id, Fate fate, List<Step> steps) {}
}
