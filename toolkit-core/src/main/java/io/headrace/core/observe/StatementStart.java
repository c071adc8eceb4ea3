package io.headrace.core.observe;

/**
 * One execution of a statement, as it is known when it begins.
 *
 * @param label what to call it
 * @param kind what it is executed for
 * @param database the name of the database product, such as {@code PostgreSQL}
 * @param inTransaction whether it runs on the connection of a transaction around it
 */
public record StatementStart(StatementLabel label, StatementKind kind, String database, boolean inTransaction) {}
