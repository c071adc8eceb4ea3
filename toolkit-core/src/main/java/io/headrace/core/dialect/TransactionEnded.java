package io.headrace.core.dialect;

import io.r2dbc.spi.R2dbcRollbackException;

/** The error where a database has ended a transaction on its own and would pass over the statement that follows. */
final class TransactionEnded {

    /** SQLSTATE of "transaction rollback" without a subclass. */
    private static final String STATE = "40000";

    private TransactionEnded() {}

    static R2dbcRollbackException before(String statement) {
        return new R2dbcRollbackException(
                "the database had ended the transaction before this " + statement
                        + ": it rolls back on a deadlock, and MariaDB commits on DDL; let an error of a statement end the"
                        + " transaction, and keep DDL out of it",
                STATE);
    }
}
