package io.headrace.tx;

/** How {@code attemptEach} finds the items that fail. What is kept and what is skipped is the same with each of them. */
public enum AttemptStrategy {

    /** A savepoint around each item. The work of an item is done once. */
    PER_ITEM,

    /**
     * A savepoint around each chunk of items, which are worked on one after the other. Where one fails, the chunk is rolled
     * back, and the items before it are done again: savepoints are saved, and work is done twice around the bad items. Work
     * that does something outside the database may do it twice, and it must give the same when it is done again.
     */
    BISECT
}
