package io.headrace.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test a fresh SQLite database in a temporary file: a {@link TestSqlite} parameter of its constructor, life-cycle
 * or test methods. No server is needed, but {@code toolkit-sqlite} on the class path.
 *
 * <p>The database is made on first use, is the same for all parameters of one test, and is closed and deleted after it; that of
 * a constructor with one instance per class, and of {@code @BeforeAll}, lives as long as the class.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(SqliteExtension.class)
public @interface SqliteTest {}
