package io.headrace.benchmarks.redis;

import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.harness.Standings;
import io.headrace.redis.KeyValueStore;
import io.lettuce.core.api.reactive.RedisReactiveCommands;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import org.redisson.api.RBucketReactive;

/** GET and SET in turn, by many callers. A GET counts the length of its value, a SET counts one. */
final class CommandContest {

    private static final int KEYS = 1_000;
    private static final String VALUE = "0123456789abcdef";

    private CommandContest() {}

    static Standings run(RedisPeers peers, Rounds rounds, int callerCount, int calls, String how) throws Exception {
        KeyValueStore<String> store = peers.headrace.keyValues("contest", String.class);
        RedisReactiveCommands<String, String> lettuce = peers.lettuce.reactive();
        for (int key = 0; key < KEYS; key++) {
            peers.lettuce.sync().set(key(key), VALUE);
        }
        RedisCallers callers = new RedisCallers(callerCount);
        return Contest.of(
                        "%,d GET and SET, %d callers%s".formatted(calls, callerCount, how),
                        "call",
                        calls,
                        CommandContest::figure)
                .add(
                        "Headrace `KeyValueStore`",
                        callers.on(RedisCall.of(n -> isSet(n)
                                ? store.set(shortKey(n), VALUE).thenReturn(1L)
                                : store.get(shortKey(n)).map(CommandContest::length))))
                .add(
                        "Lettuce reactive",
                        callers.on(RedisCall.of(n -> isSet(n)
                                ? lettuce.set(key(n), VALUE).thenReturn(1L)
                                : lettuce.get(key(n)).map(CommandContest::length))))
                .add("Redisson reactive", callers.on(RedisCall.of(n -> {
                    RBucketReactive<String> bucket = peers.redisson.getBucket(key(n));
                    return isSet(n)
                            ? bucket.set(VALUE).thenReturn(1L)
                            : bucket.get().map(CommandContest::length);
                })))
                .add(
                        "Spring `ReactiveRedisTemplate` on Lettuce",
                        callers.on(RedisCall.of(n -> isSet(n)
                                ? peers.spring.opsForValue().set(key(n), VALUE).thenReturn(1L)
                                : peers.spring.opsForValue().get(key(n)).map(CommandContest::length))))
                .add("Vert.x pooled, 16 connections", callers.on(vertx(peers)))
                .run(rounds);
    }

    private static RedisCall vertx(RedisPeers peers) {
        return (n, done, failed) -> {
            Request request = isSet(n)
                    ? Request.cmd(Command.SET).arg(key(n)).arg(VALUE)
                    : Request.cmd(Command.GET).arg(key(n));
            peers.vertx.send(request).onComplete((reply, error) -> {
                if (error != null) {
                    failed.accept(error);
                } else {
                    done.accept(isSet(n) ? 1 : length(reply.toString()));
                }
            });
        };
    }

    private static boolean isSet(int number) {
        // callers go in steps of their count, which is even: the next bit makes each of them do both
        return (number / 256 + number) % 2 == 0;
    }

    private static long figure(long calls) {
        long sum = 0;
        for (int n = 0; n < calls; n++) {
            sum += isSet(n) ? 1 : VALUE.length();
        }
        return sum;
    }

    private static long length(String value) {
        return value.length();
    }

    private static String shortKey(int number) {
        return Integer.toString(number % KEYS);
    }

    private static String key(int number) {
        return "contest:" + number % KEYS;
    }
}
