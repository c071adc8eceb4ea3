package io.headrace.test;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A fresh PostgreSQL database for one test class, and what a test wants to know about it.
 *
 * <p>Comes from {@link PostgresTest} as a parameter, or from {@link PostgresServer#createDatabase}. The helpers here
 * block, each on a short JDBC connection of its own that never shows in {@link #backends()}; call them from threads that
 * may block. Their problems are {@link TestServerException}s.
 */
public final class TestPostgres {

    private final PostgresAddress maintenance;
    private final PostgresAddress address;
    private final TrackedConnections tracked = new TrackedConnections();
    private final List<LeakDetector> detectors = new CopyOnWriteArrayList<>(List.of(tracked));

    TestPostgres(PostgresAddress maintenance, PostgresAddress address) {
        this.maintenance = maintenance;
        this.address = address;
    }

    /** The R2DBC URL of this database, credentials included. */
    public String url() {
        return address.url();
    }

    /** The host to connect to. */
    public String host() {
        return address.host();
    }

    /** The TCP port to connect to. */
    public int port() {
        return address.port();
    }

    /** The name of this database. */
    public String database() {
        return address.database();
    }

    /** The user to connect as. */
    public String user() {
        return address.user();
    }

    /** The password of that user, possibly empty. */
    public String password() {
        return address.password();
    }

    /**
     * The database of the same name on another server: on a {@link PostgresServer#standby()} this database as it was some
     * milliseconds ago.
     */
    public TestPostgres on(PostgresServer server) {
        return new TestPostgres(server.address(), server.address().withDatabase(database()));
    }

    /** The R2DBC URL of this database by way of a proxy, which should lead to this server. */
    public String urlThrough(FaultProxy proxy) {
        return address.through(proxy.host(), proxy.port()).url();
    }

    /**
     * The driver's connection factory for {@link #url()}, unpooled and lazy, that notes each connection until it is
     * closed: with {@link PostgresTest}, a test that leaves one open fails. For the driver's own type ask the connection
     * as an {@link io.r2dbc.spi.Wrapped}. For a pool that outlives the test take {@link #untrackedConnectionFactory()}.
     */
    public ConnectionFactory connectionFactory() {
        return new TrackedConnectionFactory(untrackedConnectionFactory(), tracked);
    }

    /**
     * The driver's connection factory as it is: for a pool that keeps connections open from one test to the next, and
     * that should join the check with {@link #detectLeaks}.
     */
    public ConnectionFactory untrackedConnectionFactory() {
        return ConnectionFactories.get(url());
    }

    /** Runs one statement, or several with semicolons between them. */
    public void execute(String sql) {
        PostgresStatements.execute(address, sql);
    }

    /**
     * The first column of the only row, as text.
     *
     * @return null for SQL {@code NULL}
     * @throws IllegalStateException unless there is exactly one row
     */
    public @Nullable String queryString(String sql) {
        List<@Nullable String> values =
                PostgresStatements.<@Nullable String>query(address, sql, row -> row.getString(1));
        return only(values, sql);
    }

    /**
     * The first column of the only row, as a number; 0 for SQL {@code NULL}.
     *
     * @throws IllegalStateException unless there is exactly one row
     */
    public long queryLong(String sql) {
        return only(PostgresStatements.query(address, sql, row -> row.getLong(1)), sql);
    }

    /** The client sessions that are open in this database now. */
    public List<PostgresBackend> backends() {
        String sql =
                """
                SELECT pid, coalesce(state, ''), coalesce(query, ''), coalesce(application_name, ''),
                       xact_start IS NOT NULL
                FROM pg_stat_activity
                WHERE datname = '%s' AND backend_type = 'client backend' AND application_name <> '%s'
                ORDER BY backend_start, pid"""
                        .formatted(database(), PostgresStatements.APPLICATION_NAME);
        return PostgresStatements.query(
                maintenance,
                sql,
                row -> new PostgresBackend(
                        row.getInt(1), row.getString(2), row.getString(3), row.getString(4), row.getBoolean(5)));
    }

    /** One line, with process id, state and statement, for each session whose transaction is open now. */
    public List<String> openTransactions() {
        return backends().stream()
                .filter(PostgresBackend::inTransaction)
                .map(backend -> "pid %d, %s: %s".formatted(backend.pid(), backend.state(), backend.query()))
                .toList();
    }

    /**
     * Ends every client session of this database, as an administrator would, and waits up to 5 s for each to be gone.
     *
     * @return how many were ended
     */
    @CanIgnoreReturnValue
    public int terminateBackends() {
        String sql =
                """
                SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE datname = '%s' AND backend_type = 'client backend' AND application_name <> '%s'"""
                        .formatted(database(), PostgresStatements.APPLICATION_NAME);
        return PostgresStatements.query(maintenance, sql, row -> row.getBoolean(1))
                .size();
    }

    /** Removes the database, with its sessions. Idempotent. Not needed for one that {@link PostgresTest} gave. */
    public void drop() {
        PostgresStatements.execute(maintenance, "DROP DATABASE IF EXISTS " + database() + " WITH (FORCE)");
    }

    /**
     * Has {@link PostgresTest} ask this detector too after each further test of the class, for example
     * {@code postgres.detectLeaks(() -> pool.acquired() == 0 ? List.of() : List.of("pool 'shop': " + pool))}.
     */
    public void detectLeaks(LeakDetector detector) {
        detectors.add(detector);
    }

    List<String> leaks() {
        List<String> leaks = new ArrayList<>();
        for (PostgresBackend backend : backends()) {
            if (backend.busy()) {
                leaks.add("a session %s: pid %d, application '%s', %s"
                        .formatted(backend.state(), backend.pid(), backend.applicationName(), backend.query()));
            }
        }
        detectors.forEach(detector -> leaks.addAll(detector.leaks()));
        return leaks;
    }

    void endLeaks() {
        tracked.closeAll();
        if (backends().stream().anyMatch(PostgresBackend::busy)) {
            terminateBackends();
        }
    }

    @Override
    public String toString() {
        return "test database " + address;
    }

    private static <T extends @Nullable Object> T only(List<T> values, String sql) {
        if (values.size() != 1) {
            throw new IllegalStateException("expected exactly one row, got %d, from: %s".formatted(values.size(), sql));
        }
        return values.get(0);
    }
}
