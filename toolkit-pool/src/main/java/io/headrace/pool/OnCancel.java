package io.headrace.pool;

/** What a publisher of the driver hears of its subscriber's cancel. */
enum OnCancel {
    /**
     * Nothing: the rest is asked for and thrown away. For drivers that can hang for good when they are cancelled; the
     * server is asked to stop when the connection is given back.
     */
    DRAIN,

    /** The cancel, as the driver is used to it. When it has really ended shows only by a question behind it. */
    PASS,

    /** The same; once an element has come, what is left to wait for is in the element. */
    PASS_IN_PEACE
}
