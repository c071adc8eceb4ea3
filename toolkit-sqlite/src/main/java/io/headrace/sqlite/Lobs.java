package io.headrace.sqlite;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Collects what was bound as {@link Blob} or {@link Clob}, before the statement takes a lane. */
final class Lobs {

    /** SQLite's own limit of a value. */
    private static final int LARGEST = 1_000_000_000;

    private Lobs() {}

    static boolean isLob(@Nullable Object value) {
        return value instanceof Blob || value instanceof Clob;
    }

    static boolean anyIn(List<@Nullable Object[]> bindings) {
        for (@Nullable Object[] values : bindings) {
            for (Object value : values) {
                if (isLob(value)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The same bindings, with bytes and texts. */
    static Mono<List<@Nullable Object[]>> collect(List<@Nullable Object[]> bindings) {
        return Mono.defer(() -> {
            List<@Nullable Object[]> collected = new ArrayList<>();
            List<Mono<Void>> steps = new ArrayList<>();
            for (@Nullable Object[] values : bindings) {
                @Nullable Object[] copy = values.clone();
                collected.add(copy);
                for (int index = 0; index < copy.length; index++) {
                    int place = index;
                    Object value = copy[index];
                    if (value != null && isLob(value)) {
                        steps.add(read(value)
                                .doOnNext(content -> copy[place] = content)
                                .then());
                    }
                }
            }
            return Flux.concat(steps).then(Mono.just(collected));
        });
    }

    private static Mono<Object> read(Object lob) {
        return lob instanceof Blob blob ? bytes(blob) : text((Clob) lob);
    }

    private static Mono<Object> bytes(Blob blob) {
        return Flux.from(blob.stream())
                .collect(ByteArrayOutputStream::new, Lobs::append)
                .map(ByteArrayOutputStream::toByteArray);
    }

    private static void append(ByteArrayOutputStream bytes, ByteBuffer buffer) {
        byte[] part = new byte[buffer.remaining()];
        buffer.duplicate().get(part);
        check((long) bytes.size() + part.length);
        bytes.write(part, 0, part.length);
    }

    private static Mono<Object> text(Clob clob) {
        return Flux.from(clob.stream())
                .collect(StringBuilder::new, (text, part) -> {
                    check((long) text.length() + part.length());
                    text.append(part);
                })
                .map(text -> ValueEncoder.text(text.toString()));
    }

    private static void check(long size) {
        if (size > LARGEST) {
            throw new IllegalArgumentException(
                    "a Blob or Clob is larger than %,d, SQLite's limit of a value; store it in parts"
                            .formatted(LARGEST));
        }
    }
}
