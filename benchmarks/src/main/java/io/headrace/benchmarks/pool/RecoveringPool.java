package io.headrace.benchmarks.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.headrace.benchmarks.peers.Peers;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.test.FaultProxy;
import io.headrace.test.TestPostgres;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ValidationDepth;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** The pools that recover from faults, with the settings that their titles name. */
enum RecoveringPool {
    HEADRACE("Headrace `Pool.open`") {
        @Override
        Service open(TestPostgres postgres, FaultProxy proxy) {
            Pool pool = Pool.open(postgres.urlThrough(proxy), PoolConfig.of(c -> c.size(Peers.POOL_SIZE)));
            return reactive(pool, pool.close());
        }
    },
    R2DBC_POOL("r2dbc-pool, defaults") {
        @Override
        Service open(TestPostgres postgres, FaultProxy proxy) {
            return r2dbcPool(postgres.urlThrough(proxy), settings -> settings);
        }
    },
    R2DBC_POOL_REMOTE("r2dbc-pool, `validationDepth(REMOTE)`") {
        @Override
        Service open(TestPostgres postgres, FaultProxy proxy) {
            return r2dbcPool(postgres.urlThrough(proxy), settings -> settings.validationDepth(ValidationDepth.REMOTE));
        }
    },
    R2DBC_POOL_LIMITED("r2dbc-pool, `REMOTE`, `maxValidationTime(300 ms)`, `acquireRetry(3)`") {
        @Override
        Service open(TestPostgres postgres, FaultProxy proxy) {
            return r2dbcPool(postgres.urlThrough(proxy), settings -> settings.validationDepth(ValidationDepth.REMOTE)
                    .maxValidationTime(Duration.ofMillis(300))
                    .acquireRetry(3));
        }
    },
    HIKARI("HikariCP + pgjdbc, `socketTimeout` and `connectTimeout` 2 s") {
        @Override
        Service open(TestPostgres postgres, FaultProxy proxy) {
            HikariConfig config = new HikariConfig();
            long seconds = CALL_TIMEOUT.toSeconds();
            config.setJdbcUrl("jdbc:postgresql://%s:%d/%s?socketTimeout=%d&connectTimeout=%d"
                    .formatted(proxy.host(), proxy.port(), postgres.database(), seconds, seconds));
            config.setUsername(postgres.user());
            config.setPassword(postgres.password());
            config.setMaximumPoolSize(Peers.POOL_SIZE);
            config.setConnectionTimeout(CALL_TIMEOUT.toMillis());
            return new JdbcService(new HikariDataSource(config));
        }
    };

    /** The longest that any caller waits for one answer. */
    static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);

    private final String title;

    RecoveringPool(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** A new pool on the database behind the proxy. */
    abstract Service open(TestPostgres postgres, FaultProxy proxy);

    private static Service r2dbcPool(String url, UnaryOperator<ConnectionPoolConfiguration.Builder> settings) {
        ConnectionPool pool =
                new ConnectionPool(settings.apply(ConnectionPoolConfiguration.builder(ConnectionFactories.get(url))
                                .maxSize(Peers.POOL_SIZE))
                        .build());
        return reactive(pool, pool.disposeLater());
    }

    private static Service reactive(ConnectionFactory pool, Mono<Void> close) {
        Mono<Integer> call = Loans.withQuery(pool).apply(1).timeout(CALL_TIMEOUT);
        return new Service() {
            @Override
            public void call() {
                call.block();
            }

            @Override
            public void close() {
                close.timeout(CALL_TIMEOUT.multipliedBy(5)).onErrorComplete().block();
            }
        };
    }

    private record JdbcService(HikariDataSource pool) implements Service {

        @Override
        public void call() throws Exception {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT 1");
            }
        }

        @Override
        public void close() {
            pool.close();
        }
    }
}
