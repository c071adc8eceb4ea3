package io.headrace.test;

import java.util.List;

/**
 * Something that a test may leave out of rest, such as a pool with leased connections, asked after each test.
 *
 * <p>Register it with {@link TestPostgres#detectLeaks}. It is called on the thread of the test, several times while the
 * answer is not empty, and must not block for long.
 */
@FunctionalInterface
public interface LeakDetector {

    /** One line for each leak of now, empty if there is none. */
    List<String> leaks();
}
