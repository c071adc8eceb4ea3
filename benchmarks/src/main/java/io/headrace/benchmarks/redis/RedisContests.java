package io.headrace.benchmarks.redis;

import io.headrace.benchmarks.harness.Rounds;
import io.headrace.test.FaultProxy;
import io.headrace.test.RedisServer;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/** What clients of Redis make of one embedded server. */
public final class RedisContests {

    /** There and back make a millisecond. */
    private static final Duration ONE_WAY = Duration.ofNanos(500_000);

    private static final Duration NEARLY_IDLE = Duration.ofMillis(5);

    /** About half of what the slowest contender can do. */
    private static final Duration BUSY = Duration.ofNanos(500_000);

    private RedisContests() {}

    /** Runs those of queues; each prints its table when it has ended. */
    public static void runQueue(Rounds rounds, int jobs, PrintStream out) throws Exception {
        try (RedisServer server = RedisServer.start();
                RedisPeers peers = new RedisPeers(server.host(), server.port())) {
            Optional<BullMq> bullMq = BullMq.start(server.host(), server.port(), QueueContest.PAYLOAD);
            try {
                QueueContest.run(peers, bullMq, rounds, jobs, out);
                new QueueLatency(peers, bullMq, NEARLY_IDLE).run(rounds, out);
                new QueueLatency(peers, bullMq, BUSY).run(rounds, out);
            } finally {
                bullMq.ifPresent(BullMq::close);
            }
        }
    }

    /** Runs all others; each prints its table when it has ended. */
    public static void run(Rounds rounds, int callers, int calls, PrintStream out) throws Exception {
        try (RedisServer server = RedisServer.start()) {
            try (RedisPeers peers = new RedisPeers(server.host(), server.port())) {
                CommandContest.run(peers, rounds, callers, calls, "").print(out);
                CacheHitContest.run(peers, rounds, callers, calls).print(out);
                NearHitContest.run(peers, rounds, 10 * calls).print(out);
                ColdKey.run(server.url(), out);
                LimiterContest.run(peers, rounds, callers, calls).print(out);
            }
            try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
                    RedisPeers peers = new RedisPeers(proxy.host(), proxy.port())) {
                proxy.delay(ONE_WAY);
                CommandContest.run(peers, rounds, callers, calls, ", 1 ms away").print(out);
            }
        }
    }
}
