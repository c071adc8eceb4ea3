package io.headrace.samples.flights;

import io.headrace.redis.ConsumeOptions;
import io.headrace.redis.JobOutcome;
import io.headrace.redis.JobQueue;
import io.headrace.redis.KeyValueStore;
import io.headrace.redis.RedisToolkit;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Step 5: one report per airport, each a job on the queue, worked off by several consumers and stored in Redis. */
final class AirportReports {

    static final int CONSUMERS = 4;

    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);

    /** Far longer than a job takes with its retries, so that a queue that stands still ends the program. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(1);

    private final AirportLookups lookups;
    private final JobQueue<ReportJob> queue;
    private final KeyValueStore<AirportReport> store;
    private final String run;

    AirportReports(RedisToolkit redis, AirportLookups lookups, String run) {
        this.lookups = lookups;
        this.queue = redis.queue("headrace-demo-reports", ReportJob.class);
        this.store = redis.keyValues("headrace-demo-report", AirportReport.class);
        this.run = run;
    }

    /** Puts a job for each airport on the queue and works them off. Emits how many are done. */
    Mono<Long> write(List<AirportFigures> airports) {
        return queue.enqueueAll(Flux.fromIterable(airports).map(figures -> new ReportJob(run, figures)))
                .collect(HashSet<String>::new, Set::add)
                .flatMap(this::workOff);
    }

    /** Emits how many of these airports have a report in Redis. */
    Mono<Integer> stored(List<AirportFigures> airports) {
        return store.getAll(airports.stream()
                        .map(figures -> ReportJob.key(run, figures))
                        .toList())
                .map(Map::size);
    }

    /** Jobs of an earlier run that broke off may be among them: they are done as well, but not counted. */
    private Mono<Long> workOff(Set<String> open) {
        if (open.isEmpty()) {
            return Mono.just(0L);
        }
        return Flux.range(0, CONSUMERS)
                .flatMap(number -> queue.consume(job -> write(job.payload()), ConsumeOptions.defaults()), CONSUMERS)
                .timeout(LONGEST_SILENCE)
                .filter(outcome -> isEnd(outcome) && open.remove(outcome.id()))
                .takeUntil(outcome -> open.isEmpty())
                .filter(outcome -> outcome.kind() == JobOutcome.Kind.DONE)
                .count();
    }

    private static boolean isEnd(JobOutcome<ReportJob> outcome) {
        return outcome.kind() == JobOutcome.Kind.DONE || outcome.kind() == JobOutcome.Kind.DEAD;
    }

    private Mono<Void> write(ReportJob job) {
        return lookups.find(job.figures().iata())
                .flatMap(airport -> store.set(job.key(), AirportReport.of(job.figures(), airport), TIME_TO_LIVE));
    }
}
