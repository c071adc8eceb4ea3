package io.headrace.tx;

import org.jspecify.annotations.Nullable;

/**
 * One attempt at a transaction, as it is known when it begins.
 *
 * @param name the name that the program gave it, if any
 * @param callSite where the program described it, as {@code Class.method(File.java:41)}; null where it has a name or that is
 *     not known
 * @param attempt counted from 1
 * @param database the name of the database product, such as {@code PostgreSQL}
 * @param readOnly whether it was asked to refuse writes
 * @param beside whether it was begun inside another transaction, on a connection of its own
 */
public record TransactionStart(
        @Nullable String name,
        @Nullable String callSite,
        int attempt,
        String database,
        boolean readOnly,
        boolean beside) {}
