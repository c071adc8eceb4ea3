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
                        + ": by a COMMIT or ROLLBACK among the statements, on H2 and MariaDB also by a deadlock, on MariaDB"
                        + " by DDL; keep those out of it, and let an error of a statement end the transaction",
                STATE);
    }
}
