/**
 * An R2DBC driver for SQLite. Every physical connection has one thread that alone talks to SQLite; rows are read in chunks
 * that never exceed what was asked for, and a cancelled statement stops.
 *
 * <p>Read in this order: {@link io.headrace.sqlite.SqliteDatabase}, one writer and some readers on one file, which is what a
 * program wants; {@link io.headrace.sqlite.SqliteConnectionFactory}, one physical connection for each that is created;
 * {@link io.headrace.sqlite.SqliteConfig}; {@link io.headrace.sqlite.SqliteConnection} for what SQLite has beyond R2DBC.
 */
@NullMarked
@CheckReturnValue
package io.headrace.sqlite;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
