package io.headrace.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a fresh PostgreSQL database: a {@link TestPostgres} parameter of its constructor, life-cycle or
 * test methods.
 *
 * <p>The database is made in {@link PostgresServer#shared()} on first use, is the same for all methods of the class and
 * of the {@code @Nested} classes within, and is dropped after the class. After each test, and after its
 * {@code @AfterEach} methods, the test fails if a session of the database still runs a statement or a transaction, a
 * connection of {@link TestPostgres#connectionFactory()} is still open, or a {@link LeakDetector} of
 * {@link TestPostgres#detectLeaks} finds something; each gets up to 2 s to end by itself. What leaked is then ended, so
 * that the next test starts clean.
 *
 * <p>Not for test methods of one class that run at the same time: one would be blamed for the other.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(PostgresExtension.class)
public @interface PostgresTest {}
