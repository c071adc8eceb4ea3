package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

@RedisTest
class JobRecurringTest extends JobQueueFixture {

    JobRecurringTest(TestRedis server) {
        super(server);
    }

    private static RecurringJob<Email> every(Duration period) {
        return new RecurringJob<>(
                "tick",
                Schedule.every(period),
                moment -> new Email("tick", (int) (moment.toEpochMilli() / period.toMillis())));
    }

    @Test
    void eachMomentGivesOneJobHoweverManyProcessesRun() {
        try (ToolkitScope other = ToolkitScope.open(server.url())) {
            JobQueue<Email> elsewhere = other.redis().queue(name, Email.class);
            RecurringJob<Email> job = every(Duration.ofMillis(100));
            Flux<String> five = Flux.merge(
                    queue.recur(job), queue.recur(job), queue.recur(job), elsewhere.recur(job), elsewhere.recur(job));
            StepVerifier.create(five.take(8))
                    .expectNextCount(8)
                    .expectComplete()
                    .verify(LIMIT);
        }
        AtomicReference<Integer> last = new AtomicReference<>(0);
        JobQueueSnapshot found = queue.stats().block(LIMIT);
        assertThat(found).isNotNull();
        assertThat(found.waiting()).isGreaterThanOrEqualTo(8);
        StepVerifier.create(queue.consume(
                                handled -> Mono.fromRunnable(() -> {
                                    int number = handled.payload().number();
                                    assertThat(number).isGreaterThan(last.getAndSet(number));
                                }),
                                ConsumeOptions.builder().concurrency(1).build())
                        .take(found.waiting()))
                .thenConsumeWhile(outcome -> outcome.kind() == JobOutcome.Kind.DONE)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void momentsThatNobodySawAreMadeUpForByOneJob() {
        long now = Long.parseLong(server.command("TIME").get(0)) * 1_000;
        server.command("HSET", key("recurring"), "tick", Long.toString(now - 3_600_000L * 5));
        StepVerifier.create(queue.recur(every(Duration.ofHours(1))))
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(300))
                .thenCancel()
                .verify(LIMIT);
        expectStats(1, 0, 0, 0);
    }

    @Test
    void theClockOfTheWorkerDoesNotMatter() {
        long now = Long.parseLong(server.command("TIME").get(0)) * 1_000;
        server.command("HSET", key("recurring"), "tick", Long.toString(now));
        Timing skewed = new Timing(new SkewedScheduler(Schedulers.parallel(), Duration.ofDays(3)), () -> 0.5);
        ToolkitScope ahead = new ToolkitScope(RedisToolkit.open(server.url(), RedisConfig.defaults(), skewed));
        try (ahead) {
            StepVerifier.create(ahead.redis().queue(name, Email.class).recur(every(Duration.ofHours(2))))
                    .expectSubscription()
                    .expectNoEvent(Duration.ofMillis(300))
                    .thenCancel()
                    .verify(LIMIT);
        }
        assertThat(queue.stats().map(JobQueueSnapshot::waiting).block(LIMIT)).isBetween(0L, 1L);
    }

    @Test
    void cronExpressionsAreMeantInTheirZone() {
        Schedule nightly = Schedule.cron("30 3 * * *", ZoneId.of("Europe/Berlin"));
        assertThat(nightly.next(Instant.parse("2026-01-10T10:00:00Z")))
                .isEqualTo(Optional.of(Instant.parse("2026-01-11T02:30:00Z")));
        Schedule often = Schedule.cron("*/10 * * * * *", ZoneOffset.UTC);
        assertThat(often.next(Instant.parse("2026-01-10T10:00:01Z")))
                .isEqualTo(Optional.of(Instant.parse("2026-01-10T10:00:10Z")));
        assertThatThrownBy(() -> Schedule.cron("61 * * * *", ZoneOffset.UTC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("61 * * * *");
    }

    @Test
    void aScheduleThatEndsEndsTheFlux() {
        Instant once = Instant.now().plusMillis(100);
        Schedule schedule = after -> after.isBefore(once) ? Optional.of(once) : Optional.empty();
        StepVerifier.create(queue.recur(new RecurringJob<>("once", schedule, moment -> new Email("x", 1)))
                        .collectList()
                        .map(List::size))
                .expectNext(1)
                .expectComplete()
                .verify(LIMIT);
    }
}
