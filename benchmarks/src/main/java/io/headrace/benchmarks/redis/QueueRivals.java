package io.headrace.benchmarks.redis;

import io.lettuce.core.LMoveArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Map;
import org.redisson.api.RBlockingQueueReactive;
import org.redisson.api.RStreamReactive;
import org.redisson.api.stream.StreamReadGroupArgs;
import org.springframework.data.redis.connection.stream.Consumer;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.stream.StreamReceiver;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Others that start jobs as they come. */
final class QueueRivals {

    private static final String LIST = "latency:list";
    private static final String DOING = "latency:doing";
    private static final String TAKEN = "latency:taken";
    private static final String STREAM = "latency:stream";
    private static final String FIELD = "p";

    /** The concurrency that Headrace has by default. */
    private static final int AT_ONCE = 16;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final RedisPeers peers;
    private int courses;

    QueueRivals(RedisPeers peers) {
        this.peers = peers;
    }

    long[] blmove(PacedCourse course) throws InterruptedException {
        try (StatefulRedisConnection<String, String> own = peers.lettuceClient.connect()) {
            Thread loop = new Thread(() -> loop(own.sync(), course), "blmove");
            loop.start();
            long[] percentiles = course.run(n ->
                    peers.lettuce.reactive().lpush(LIST, Integer.toString(n)).then());
            loop.join();
            return percentiles;
        }
    }

    private static void loop(RedisCommands<String, String> commands, PacedCourse course) {
        for (int done = 0; done < course.jobs(); ) {
            String job = commands.blmove(LIST, DOING, LMoveArgs.Builder.rightLeft(), LONGEST_WAIT.toSeconds());
            if (job != null) {
                course.started(Integer.parseInt(job));
                done += Math.toIntExact(commands.lrem(DOING, 1, job));
            }
        }
    }

    long[] redissonQueue(PacedCourse course) throws InterruptedException {
        // one of its own each time: whoever was disposed of goes on taking
        RBlockingQueueReactive<String> queue = peers.redisson.getBlockingQueue(TAKEN + courses++);
        Disposable consumer = queue.takeElements().subscribe(job -> course.started(Integer.parseInt(job)));
        try {
            return course.run(n -> queue.offer(Integer.toString(n)).then());
        } finally {
            consumer.dispose();
        }
    }

    long[] redissonStream(PacedCourse course) throws InterruptedException {
        createGroup();
        RStreamReactive<String, String> stream = peers.redisson.getStream(STREAM);
        Disposable consumer = stream.readGroup(
                        StreamJobs.GROUP,
                        "redisson",
                        StreamReadGroupArgs.neverDelivered().count(AT_ONCE).timeout(LONGEST_WAIT))
                .doOnNext(
                        found -> found.values().forEach(fields -> course.started(Integer.parseInt(fields.get(FIELD)))))
                .flatMap(found -> StreamJobs.finish(stream, found))
                .repeat()
                .subscribe();
        try {
            return course.run(n -> add(n));
        } finally {
            consumer.dispose();
        }
    }

    long[] springReceiver(PacedCourse course) throws InterruptedException {
        createGroup();
        var options = StreamReceiver.StreamReceiverOptions.builder()
                .batchSize(AT_ONCE)
                .pollTimeout(LONGEST_WAIT)
                .build();
        Disposable consumer = StreamReceiver.create(peers.springConnections, options)
                .receive(
                        Consumer.from(StreamJobs.GROUP, "spring"),
                        org.springframework.data.redis.connection.stream.StreamOffset.create(
                                STREAM, ReadOffset.lastConsumed()))
                .doOnNext(message ->
                        course.started(Integer.parseInt(message.getValue().get(FIELD))))
                .flatMap(message -> StreamJobs.finish(peers, message), AT_ONCE)
                .subscribe();
        try {
            return course.run(n -> add(n));
        } finally {
            consumer.dispose();
        }
    }

    private void createGroup() {
        peers.lettuce.sync().del(STREAM);
        StreamJobs.createGroup(peers, STREAM);
    }

    private Mono<Void> add(int job) {
        return peers.lettuce
                .reactive()
                .xadd(STREAM, Map.of(FIELD, Integer.toString(job)))
                .then();
    }
}
