package io.headrace.benchmarks.redis;

import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import java.util.Map;
import org.redisson.api.RStreamReactive;
import org.redisson.api.StreamMessageId;
import org.springframework.data.redis.connection.stream.MapRecord;
import reactor.core.publisher.Mono;

/** What rivals do around a stream of jobs: a group before, and for each job that is done an acknowledgement and its removal. */
final class StreamJobs {

    static final String GROUP = "workers";

    private StreamJobs() {}

    static void createGroup(RedisPeers peers, String stream) {
        peers.lettuce.sync().xgroupCreate(StreamOffset.from(stream, "0"), GROUP, XGroupCreateArgs.Builder.mkstream());
    }

    /** Emits how many were removed. */
    static Mono<Long> finish(RedisPeers peers, MapRecord<String, String, String> message) {
        return peers.spring
                .opsForStream()
                .acknowledge(GROUP, message)
                .then(peers.spring.opsForStream().delete(message));
    }

    /** Emits how many were removed, of which there may be none. */
    static Mono<Long> finish(RStreamReactive<String, String> stream, Map<StreamMessageId, Map<String, String>> found) {
        StreamMessageId[] ids = found.keySet().toArray(StreamMessageId[]::new);
        return ids.length == 0 ? Mono.just(0L) : stream.ack(GROUP, ids).then(stream.remove(ids));
    }
}
