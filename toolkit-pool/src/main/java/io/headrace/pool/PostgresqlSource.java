package io.headrace.pool;

import static io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider.APPLICATION_NAME;
import static io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider.EXTENSIONS;
import static io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider.FORCE_BINARY;
import static io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider.LOOP_RESOURCES;
import static io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider.PREPARED_STATEMENT_CACHE_QUERIES;
import static io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider.TCP_KEEPALIVE;
import static io.r2dbc.spi.ConnectionFactoryOptions.CONNECT_TIMEOUT;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** The settings that matter for r2dbc-postgresql. With its codec the only class that knows the driver. The URL
 * overrides each setting. */
final class PostgresqlSource {

    /** Statements that a connection keeps prepared on the server. Without a limit it keeps every text it ever sees. */
    private static final int PREPARED_STATEMENTS = 256;

    /** Nothing runs on the loops when they are shut down, so there is nothing to be quiet for. */
    private static final Duration QUIET_PERIOD = Duration.ZERO;

    private PostgresqlSource() {}

    static ConnectionSource of(String name, ConnectionFactoryOptions given, PoolConfig config) {
        ConnectionFactoryOptions.Builder options = given.mutate();
        // binary results cost a third of the processor time of text ones
        unlessSet(given, options, FORCE_BINARY, true);
        unlessSet(given, options, EXTENSIONS, List.of(new BinaryTextRegistrar()));
        unlessSet(given, options, PREPARED_STATEMENT_CACHE_QUERIES, PREPARED_STATEMENTS);
        unlessSet(given, options, TCP_KEEPALIVE, true);
        unlessSet(given, options, CONNECT_TIMEOUT, config.timeouts().connect());
        unlessSet(given, options, APPLICATION_NAME, name);
        if (given.hasOption(LOOP_RESOURCES)) {
            return new ConnectionSource(name, ConnectionFactories.get(options.build()), Mono.empty());
        }
        LoopResources loops = loops(name, config.sizing().size());
        options.option(LOOP_RESOURCES, loops);
        return new ConnectionSource(
                name,
                ConnectionFactories.get(options.build()),
                loops.disposeLater(QUIET_PERIOD, config.timeouts().close()));
    }

    /**
     * Not co-located: a co-located connection is opened on the loop of whoever asks for it, so that those opened in a
     * burst share one loop while others have none.
     *
     * <p>A prime number of loops, 3 at least: for each connection Reactor Netty takes its turn more than once (it also
     * asks the next loop which transports it supports), and by steps of 2 it would only ever reach half of 4 loops. No
     * more than the next prime from the number of processors: loops that share a processor wake each other up and switch
     * for work that one of them would do in a row.
     */
    private static LoopResources loops(String name, int connections) {
        int useful = Math.min(connections, Runtime.getRuntime().availableProcessors());
        int prime =
                BigInteger.valueOf(Math.max(2, useful - 1)).nextProbablePrime().intValueExact();
        return LoopResources.create("headrace-" + name, LoopResources.DEFAULT_IO_SELECT_COUNT, prime, true, false);
    }

    private static <T> void unlessSet(
            ConnectionFactoryOptions given, ConnectionFactoryOptions.Builder options, Option<T> option, T value) {
        if (!given.hasOption(option)) {
            options.option(option, value);
        }
    }
}
