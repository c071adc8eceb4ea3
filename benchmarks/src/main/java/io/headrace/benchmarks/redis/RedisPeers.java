package io.headrace.benchmarks.redis;

import io.headrace.redis.RedisToolkit;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.api.RedissonReactiveClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

/** All clients on one server. Each has the settings that its documentation recommends, and as many threads as it likes. */
final class RedisPeers implements AutoCloseable {

    /** Vert.x leases a connection for each command; without room to wait most commands fail. */
    private static final int VERTX_POOL = 16;

    private static final int VERTX_WAITING = 100_000;
    private static final long CLOSE_SECONDS = 20;

    final RedisToolkit headrace;
    final StatefulRedisConnection<String, String> lettuce;
    final RedissonReactiveClient redisson;
    final Redis vertx;
    final LettuceConnectionFactory springConnections;
    final ReactiveStringRedisTemplate spring;
    final RedisClient lettuceClient;
    private final RedissonClient redissonClient;
    private final Vertx vertxLoops = Vertx.vertx();

    RedisPeers(String host, int port) {
        String url = "redis://" + host + ":" + port;
        headrace = RedisToolkit.open(url);
        lettuceClient = RedisClient.create(url);
        lettuce = lettuceClient.connect();
        Config config = new Config().setCodec(StringCodec.INSTANCE);
        config.useSingleServer().setAddress(url);
        redissonClient = Redisson.create(config);
        redisson = redissonClient.reactive();
        vertx = Redis.createClient(
                vertxLoops,
                new RedisOptions()
                        .setConnectionString(url)
                        .setMaxPoolSize(VERTX_POOL)
                        .setMaxPoolWaiting(VERTX_WAITING));
        springConnections = new LettuceConnectionFactory(host, port);
        springConnections.afterPropertiesSet();
        springConnections.start();
        spring = new ReactiveStringRedisTemplate(springConnections);
    }

    @Override
    public void close() throws Exception {
        headrace.close().block(Duration.ofSeconds(CLOSE_SECONDS));
        lettuce.close();
        lettuceClient.shutdown();
        redissonClient.shutdown();
        vertx.close();
        springConnections.destroy();
        vertxLoops.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
