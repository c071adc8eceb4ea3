package io.headrace.test;

import io.r2dbc.spi.Connection;
import java.lang.StackWalker.StackFrame;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** The connections of a test that are open now, with the place that asked for each. */
final class TrackedConnections implements LeakDetector {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    // Compared by identity: no connection of a driver defines equals.
    private final Map<Connection, String> open = new ConcurrentHashMap<>();

    Connection opened(Connection connection, String place) {
        open.put(connection, place);
        return new TrackedConnection(connection, () -> open.remove(connection));
    }

    @Override
    public List<String> leaks() {
        return open.values().stream()
                .map(place -> "an open connection, asked for at " + place)
                .toList();
    }

    /** Closes and forgets what is open. */
    void closeAll() {
        Collection<Connection> left = List.copyOf(open.keySet());
        open.clear();
        for (Connection connection : left) {
            Mono.from(connection.close()).timeout(CLOSE_LIMIT).onErrorComplete().block();
        }
    }

    /** The innermost frame that is neither ours nor of the libraries between. */
    static String callSite() {
        return StackWalker.getInstance().walk(TrackedConnections::firstOfTheCaller);
    }

    private static String firstOfTheCaller(Stream<StackFrame> frames) {
        return frames.filter(frame -> {
                    String name = frame.getClassName();
                    return !name.startsWith("io.headrace.test.Tracked")
                            && !name.startsWith("reactor.")
                            && !name.startsWith("java.")
                            && !name.startsWith("io.r2dbc.");
                })
                .findFirst()
                .map(frame -> frame.toStackTraceElement().toString())
                .orElse("an unknown place");
    }
}
