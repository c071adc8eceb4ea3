package io.headrace.redis;

import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Adds jobs to one queue. A job goes at once when nothing is on the way; while something is, the next ones collect and go
 * together, so that many callers, or one with many jobs, need few commands.
 */
final class JobAdder<T> {

    private static final int JOBS_AT_ONCE = 256;
    private static final int BYTES_AT_ONCE = 1024 * 1024;

    /** Full chunks on the way: one travels while the server takes the other. */
    private static final int CHUNKS_ON_THE_WAY = 3;

    private record Waiting(byte[] payload, EnqueueOptions options, MonoSink<String> sink) {}

    private final Commands commands;
    private final String name;
    private final JobKeys keys;
    private final KeySpace<T> payloads;
    private final JobQueueConfig config;
    private final AtomicInteger size = new AtomicInteger();

    // confined to the serial
    private final Serial serial = new Serial();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int onTheWay;

    JobAdder(JobStore store, KeySpace<T> payloads, JobQueueConfig config) {
        this.commands = store.commands();
        this.name = store.name();
        this.keys = store.keys();
        this.payloads = payloads;
        this.config = config;
    }

    Mono<String> add(T payload, EnqueueOptions options) {
        return Mono.create(sink -> {
            byte[] encoded = encode(payload);
            if (size.incrementAndGet() > config.maxWaitingJobs()) {
                size.decrementAndGet();
                sink.error(new RedisQueueFullException(
                        "queue '" + name + "': a job was refused because " + config.maxWaitingJobs()
                                + " wait to be enqueued (limit " + config.maxWaitingJobs()
                                + "). Enqueue with enqueueAll, which waits, or raise maxWaitingJobs.",
                        config.maxWaitingJobs()));
                return;
            }
            Waiting job = new Waiting(encoded, options, sink);
            serial.run(() -> {
                waiting.add(job);
                send();
            });
            sink.onCancel(() -> serial.run(() -> {
                if (waiting.remove(job)) {
                    size.decrementAndGet();
                }
            }));
        });
    }

    /** Fails when the payload cannot be enqueued. */
    void check(T payload) {
        byte[] ignored = encode(payload);
    }

    byte[] encode(T payload) {
        byte[] encoded = payloads.encode(keys.stream(0), payload);
        if (encoded.length > config.maxPayloadBytes()) {
            throw new RedisInputException("The payload of a job for queue '" + name + "' has " + encoded.length
                    + " bytes (limit " + config.maxPayloadBytes()
                    + "). Put what is large elsewhere and its place into the payload, or raise maxPayloadBytes.");
        }
        return encoded;
    }

    private void send() {
        while (!waiting.isEmpty()
                && (onTheWay == 0 || (onTheWay < CHUNKS_ON_THE_WAY && waiting.size() >= JOBS_AT_ONCE))) {
            List<Waiting> chunk = new ArrayList<>();
            int bytes = 0;
            while (!waiting.isEmpty() && chunk.size() < JOBS_AT_ONCE && bytes < BYTES_AT_ONCE) {
                Waiting job = waiting.remove();
                bytes += job.payload().length;
                chunk.add(job);
            }
            send(chunk);
        }
    }

    private void send(List<Waiting> chunk) {
        onTheWay++;
        size.addAndGet(-chunk.size());
        List<String> unique = chunk.stream()
                .flatMap(job -> job.options().uniqueKey().stream())
                .map(keys::unique)
                .toList();
        JobScripts.ENQUEUE
                .run(commands, keys.allAnd(unique), command -> groups(command, chunk))
                .subscribe(
                        ids -> {
                            sent();
                            config.listener().enqueued(name, chunk.size());
                            emit(chunk, ids);
                        },
                        error -> {
                            sent();
                            chunk.forEach(job -> job.sink().error(error));
                        });
    }

    private void sent() {
        serial.run(() -> {
            onTheWay--;
            send();
        });
    }

    private static void emit(List<Waiting> chunk, Response ids) {
        for (int i = 0; i < chunk.size(); i++) {
            chunk.get(i).sink().success(ids.get(i).toString());
        }
    }

    /** Jobs with the same options share them on the wire. */
    private static RedisCommand groups(RedisCommand command, List<Waiting> chunk) {
        RedisCommand all = command;
        int unique = 0;
        int start = 0;
        while (start < chunk.size()) {
            EnqueueOptions options = chunk.get(start).options();
            int end = start + 1;
            if (options.uniqueKey().isEmpty()) {
                while (end < chunk.size() && chunk.get(end).options() == options) {
                    end++;
                }
            } else {
                unique++;
            }
            all = describe(all.with(end - start), options, options.uniqueKey().isEmpty() ? 0 : unique);
            for (int i = start; i < end; i++) {
                all = all.with(chunk.get(i).payload());
            }
            start = end;
        }
        return all;
    }

    private static RedisCommand describe(RedisCommand command, EnqueueOptions options, int unique) {
        RedisCommand timed = command.with(options.priority().ordinal() + 1L);
        if (options.delay().isPresent()) {
            timed = timed.with("d").with(options.delay().orElseThrow().toMillis());
        } else if (options.dueAt().isPresent()) {
            timed = timed.with("t").with(options.dueAt().orElseThrow().toEpochMilli());
        } else {
            timed = timed.with("n").with(0);
        }
        return timed.with(options.maxAttempts().orElse(0))
                .with(unique)
                .with(options.uniquePeriod().toMillis())
                .with(options.encodedHeaders());
    }
}
