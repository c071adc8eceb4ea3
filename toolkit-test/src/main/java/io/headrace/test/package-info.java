/**
 * The test bed of Headrace, published for its users: real servers, a network that fails on command, and checks that a
 * test leaves nothing behind. With this module on the test class path BlockHound watches every test and, where JUnit's
 * extension autodetection is on, dropped Reactor errors fail the test that dropped them. Everything here blocks and
 * belongs in tests only.
 *
 * <p>Reading order: {@link io.headrace.test.PostgresTest} and {@link io.headrace.test.RedisTest} give a test class its
 * {@link io.headrace.test.TestPostgres} or {@link io.headrace.test.TestRedis}, {@link io.headrace.test.SqliteTest} each
 * test a {@link io.headrace.test.TestSqlite};
 * {@link io.headrace.test.PostgresServer} and {@link io.headrace.test.RedisServer} are the servers behind them, which
 * can also be started, killed, restarted and given a standby on their own; {@link io.headrace.test.FaultProxy} stands between a client
 * and a server; {@link io.headrace.test.LeakDetector} lets a pool join the check after each test;
 * {@link io.headrace.test.DroppedErrorsExtension} and {@link io.headrace.test.AllowDroppedErrors} deal with dropped
 * errors.
 */
@NullMarked
@CheckReturnValue
package io.headrace.test;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
