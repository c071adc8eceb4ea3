package io.headrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@PostgresTest
class BlockHoundTest {

    @Test
    void canaryThatBlocksAParallelThreadIsReported() {
        Mono.fromCallable(() -> new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS))
                .subscribeOn(Schedulers.parallel())
                .as(StepVerifier::create)
                .expectError(BlockingOperationError.class)
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void threadsThatMayBlockAreLeftAlone() {
        Mono.fromCallable(() -> new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS))
                .subscribeOn(Schedulers.boundedElastic())
                .as(StepVerifier::create)
                .expectNext(false)
                .expectComplete()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void ordinaryStatementsOfTheDriverAreNotReported(TestPostgres postgres) {
        Flux.usingWhen(
                        postgres.connectionFactory().create(),
                        connection -> Flux.from(connection
                                        .createStatement("SELECT now(), $1::uuid, gen_random_uuid()")
                                        .bind("$1", UUID.randomUUID())
                                        .execute())
                                .flatMap(result -> result.map(row -> row.get(0, ZonedDateTime.class)), 1),
                        Connection::close)
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(Duration.ofSeconds(20));
    }

    @Test
    void virtualTimeThatSeveralThreadsPlanOnIsNotReported() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        Flux.range(0, 4)
                .flatMap(ignored -> Mono.fromRunnable(() -> planAndDrop(time)).subscribeOn(Schedulers.parallel()), 4)
                .as(StepVerifier::create)
                .expectComplete()
                .verify(Duration.ofSeconds(20));
        time.dispose();
    }

    private static void planAndDrop(VirtualTimeScheduler time) {
        for (int i = 0; i < 50_000; i++) {
            time.schedule(() -> {}, 1, TimeUnit.MINUTES).dispose();
        }
    }

    @Test
    void missingFlagIsOneClearMessage() {
        assertThatThrownBy(() -> BlockHoundInstaller.install(null, "false"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("-XX:+AllowRedefinitionToAddDeleteMethods")
                .hasMessageContaining("-Dheadrace.test.blockhound=false");
        assertThatCode(() -> BlockHoundInstaller.install("false", "false")).doesNotThrowAnyException();
        assertThat(System.getProperty("headrace.test.blockhound")).isNull();
    }
}
