package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@RedisTest
class JobListenerTest extends JobQueueFixture {

    JobListenerTest(TestRedis server) {
        super(server);
    }

    @Test
    void metersTellWhatBecameOfTheJobs() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MicrometerJobListener meters = MicrometerJobListener.on(registry);
        JobQueue<Email> metered = redis().queue(
                        name,
                        Email.class,
                        JobQueueConfig.builder()
                                .retryDelay(Duration.ofMillis(10), Duration.ofMillis(10))
                                .listener(meters)
                                .build());
        metered.enqueueAll(emails(10)).blockLast(LIMIT);
        StepVerifier.create(metered.consume(
                                job -> job.attempt() == 1 && job.payload().number() == 0
                                        ? Mono.error(new IllegalStateException("no"))
                                        : Mono.empty())
                        .take(11))
                .expectNextCount(11)
                .expectComplete()
                .verify(LIMIT);
        assertThat(registry.get("headrace.queue.enqueued")
                        .tag("queue", name)
                        .counter()
                        .count())
                .isEqualTo(10);
        assertThat(registry.get("headrace.queue.handler")
                        .tag("outcome", "done")
                        .timer()
                        .count())
                .isEqualTo(10);
        assertThat(registry.get("headrace.queue.handler")
                        .tag("outcome", "retried")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("headrace.queue.wait").timer().count()).isEqualTo(11);
    }

    @Test
    void gaugesFollowTheServer() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Disposable watching = MicrometerJobListener.on(registry)
                .watch("mail", queue, Duration.ofMillis(20))
                .subscribe();
        try {
            queue.enqueueAll(emails(3)).blockLast(LIMIT);
            Eventually.until("three jobs wait", () -> waiting(registry) == 3);
            crash("somebody", Duration.ofMinutes(1), 3);
            Eventually.until("none waits", () -> waiting(registry) == 0);
        } finally {
            watching.dispose();
        }
    }

    private static double waiting(SimpleMeterRegistry registry) {
        var gauge = registry.find("headrace.queue.jobs").tag("state", "waiting").gauge();
        return gauge == null ? -1 : gauge.value();
    }

    @Test
    void aListenerThatThrowsDisturbsNobody() {
        JobListener broken = new JobListener() {
            @Override
            public void started(String queue, int attempt, Duration waited) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void ended(String queue, JobOutcome<?> outcome, Duration ran) {
                throw new IllegalStateException("broken");
            }
        };
        JobQueue<Email> heard = redis().queue(
                        name,
                        Email.class,
                        JobQueueConfig.builder().listener(broken).build());
        heard.enqueueAll(emails(5)).blockLast(LIMIT);
        StepVerifier.create(heard.consume(job -> Mono.empty()).take(5))
                .expectNextCount(5)
                .expectComplete()
                .verify(LIMIT);
    }
}
