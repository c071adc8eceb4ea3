package io.headrace.test;

/**
 * One client session of a test database, as {@code pg_stat_activity} saw it.
 *
 * @param pid the process id of the backend
 * @param state {@code active}, {@code idle}, {@code idle in transaction} or another state of PostgreSQL
 * @param query the running statement, or the last one
 * @param applicationName what the client calls itself, empty if it says nothing
 * @param inTransaction whether a transaction is open, that of a single running statement included
 */
public record PostgresBackend(int pid, String state, String query, String applicationName, boolean inTransaction) {

    boolean busy() {
        return state.equals("active") || state.startsWith("idle in transaction");
    }
}
