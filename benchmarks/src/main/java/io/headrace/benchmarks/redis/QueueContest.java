package io.headrace.benchmarks.redis;

import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.harness.Standings;
import io.headrace.redis.ConsumeOptions;
import io.headrace.redis.JobOutcome;
import io.headrace.redis.JobQueue;
import io.lettuce.core.LMoveArgs;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.redisson.api.RBlockingQueueReactive;
import org.redisson.api.RStreamReactive;
import org.redisson.api.stream.StreamReadGroupArgs;
import org.springframework.data.redis.connection.stream.Consumer;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.stream.StreamReceiver;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Jobs in, and jobs out with the record that they are done. Every job is removed, so what is left tells who did less. */
final class QueueContest {

    static final String PAYLOAD = "x".repeat(100);
    private static final String LIST = "contest:list";
    private static final String DOING = "contest:doing";
    private static final String TAKEN = "contest:taken";
    private static final int AT_ONCE = 256;

    /** Each waits on a connection of its own, of which there are 64. */
    private static final int REDISSON_WAITING = 32;

    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final RedisPeers peers;
    private final RedisCommands<String, String> lettuce;
    private final JobQueue<String> queue;
    private final Optional<BullMq> bullMq;

    private QueueContest(RedisPeers peers, Optional<BullMq> bullMq) {
        this.peers = peers;
        this.bullMq = bullMq;
        this.lettuce = peers.lettuce.sync();
        this.queue = peers.headrace.queue("contest", String.class);
    }

    static void run(RedisPeers peers, Optional<BullMq> bullMq, Rounds rounds, int jobs, PrintStream out)
            throws Exception {
        QueueContest contest = new QueueContest(peers, bullMq);
        contest.enqueue(rounds, jobs).print(out);
        contest.consume(rounds, jobs).print(out);
    }

    private Standings enqueue(Rounds rounds, int jobs) throws Exception {
        Contest contest = Contest.of("%,d jobs enqueued in bulk".formatted(jobs), "job", jobs, count -> count)
                .before(lettuce::flushall)
                .add(
                        "Headrace `JobQueue.enqueueAll`",
                        count -> result(queue.enqueueAll(Flux.range(0, count).map(n -> PAYLOAD))
                                .count()))
                .add("Lettuce `XADD`, pipelined by hand, 1 000 at a time", this::pipelinedXadd)
                .add(
                        "Spring `opsForStream().add`, 256 at a time",
                        count -> result(Flux.range(0, count)
                                .flatMap(n -> peers.spring.opsForStream().add("spring", Map.of("p", PAYLOAD)), AT_ONCE)
                                .count()));
        bullMq.ifPresent(other -> contest.add("BullMQ `addBulk`, 1 000 at a time, in its own process", other::enqueue));
        return contest.run(rounds);
    }

    private static long result(Mono<Long> work) {
        Long figure = work.block(LONGEST);
        if (figure == null) {
            throw new IllegalStateException("The work ended without a figure.");
        }
        return figure;
    }

    private long pipelinedXadd(int count) {
        RedisAsyncCommands<String, String> commands = peers.lettuce.async();
        List<RedisFuture<?>> sent = new ArrayList<>();
        long done = 0;
        peers.lettuce.setAutoFlushCommands(false);
        try {
            for (int n = 0; n < count; n++) {
                sent.add(commands.xadd("hand", Map.of("p", PAYLOAD)));
                if (sent.size() == 1_000 || n == count - 1) {
                    peers.lettuce.flushCommands();
                    if (!LettuceFutures.awaitAll(1, TimeUnit.MINUTES, sent.toArray(RedisFuture[]::new))) {
                        throw new IllegalStateException("Redis did not answer within a minute.");
                    }
                    done += sent.size();
                    sent.clear();
                }
            }
        } finally {
            peers.lettuce.setAutoFlushCommands(true);
        }
        return done;
    }

    private Standings consume(Rounds rounds, int jobs) throws Exception {
        Contest contest = Contest.of(
                        "%,d jobs that do nothing consumed and acknowledged".formatted(jobs), "job", jobs, c -> c)
                .before(() -> fill(jobs))
                .add("Headrace `JobQueue.consume`, concurrency 256", this::headrace)
                .addForPart("Lettuce, a loop of `BLMOVE` and `LREM`", 10, this::blmove)
                .add("Redisson `RStream.readGroup`, `ack` and `remove`, 256 at a time", this::redisson)
                .add(
                        "Redisson `RBlockingQueue.take`, 32 waiting, which forgets what its worker holds",
                        this::redissonTake)
                .addForPart("Spring `StreamReceiver`, `acknowledge` and `delete` of each", 10, this::springReceiver);
        bullMq.ifPresent(other -> contest.add("BullMQ `Worker`, concurrency 256, in its own process", other::consume));
        return contest.run(rounds);
    }

    private void fill(int jobs) {
        lettuce.flushall();
        long added =
                result(queue.enqueueAll(Flux.range(0, jobs).map(n -> PAYLOAD)).count());
        pipelinedXadd(jobs);
        StreamJobs.createGroup(peers, "hand");
        for (int n = 0; n < added; n += 1_000) {
            String[] some = new String[Math.min(1_000, jobs - n)];
            Arrays.fill(some, PAYLOAD);
            lettuce.lpush(LIST, some);
            lettuce.lpush(TAKEN, some);
        }
        bullMq.ifPresent(other -> other.enqueue(jobs));
    }

    private long headrace(int count) {
        return result(queue.consume(
                        job -> Mono.empty(),
                        ConsumeOptions.builder().concurrency(AT_ONCE).build())
                .filter(outcome -> outcome.kind() == JobOutcome.Kind.DONE)
                .take(count)
                .count());
    }

    private long blmove(int count) {
        long done = 0;
        try (StatefulRedisConnection<String, String> own = peers.lettuceClient.connect()) {
            RedisCommands<String, String> commands = own.sync();
            for (int n = 0; n < count; n++) {
                String job = commands.blmove(LIST, DOING, LMoveArgs.Builder.rightLeft(), 1);
                if (job != null) {
                    done += commands.lrem(DOING, 1, job);
                }
            }
        }
        return done;
    }

    private long redisson(int count) {
        RStreamReactive<String, String> stream = peers.redisson.getStream("hand");
        return result(stream.readGroup(
                        StreamJobs.GROUP,
                        "redisson",
                        StreamReadGroupArgs.neverDelivered().count(AT_ONCE))
                .flatMap(found -> StreamJobs.finish(stream, found))
                .repeat()
                .scan(0L, Long::sum)
                .filter(done -> done >= count)
                .next());
    }

    private long redissonTake(int count) {
        RBlockingQueueReactive<String> taken = peers.redisson.getBlockingQueue(TAKEN);
        return result(Flux.range(0, count)
                .flatMap(n -> taken.take(), REDISSON_WAITING)
                .count());
    }

    private long springReceiver(int count) {
        var options = StreamReceiver.StreamReceiverOptions.builder()
                .batchSize(AT_ONCE)
                .pollTimeout(Duration.ofMillis(100))
                .build();
        return result(StreamReceiver.create(peers.springConnections, options)
                .receive(
                        Consumer.from(StreamJobs.GROUP, "spring"),
                        org.springframework.data.redis.connection.stream.StreamOffset.create(
                                "hand", ReadOffset.lastConsumed()))
                .flatMap(message -> StreamJobs.finish(peers, message), AT_ONCE)
                .take(count)
                .reduce(0L, Long::sum));
    }
}
