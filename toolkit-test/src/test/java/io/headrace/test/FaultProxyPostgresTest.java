package io.headrace.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@PostgresTest
class FaultProxyPostgresTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final TestPostgres postgres;
    private final FaultProxy proxy;
    private final Connection connection;

    FaultProxyPostgresTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.proxy = FaultProxy.to(postgres.host(), postgres.port());
        this.connection = Mono.<Connection>from(
                        ConnectionFactories.get(postgres.urlThrough(proxy)).create())
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void oneStatementIsOneRoundTrip() {
        long before = proxy.roundTrips();
        one("SELECT 1").as(StepVerifier::create).expectNext(1).expectComplete().verify(LIMIT);

        assertThat(proxy.roundTrips() - before).isEqualTo(1);
        assertThat(proxy.links()).isEqualTo(1);
    }

    @Test
    @AllowDroppedErrors("the driver says good-bye on the dead link, and nobody hears that it could not")
    void resetReachesTheDriverAsAnError() {
        assertThat(postgres.backends()).hasSize(1);
        proxy.reset();

        one("SELECT 1")
                .as(StepVerifier::create)
                .expectError(R2dbcException.class)
                .verify(LIMIT);
    }

    @Test
    void blackHoleLeavesTheDriverWaiting() {
        proxy.blackHole();

        one("SELECT 1")
                .timeout(Duration.ofMillis(300))
                .as(StepVerifier::create)
                .expectError(TimeoutException.class)
                .verify(LIMIT);
    }

    private Flux<Integer> one(String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.map(row -> row.get(0, Integer.class)));
    }
}
