package io.headrace.pool;

import io.netty.buffer.ByteBufAllocator;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.codec.Codec;
import io.r2dbc.postgresql.codec.CodecRegistry;
import io.r2dbc.postgresql.codec.Codecs;
import io.r2dbc.postgresql.extension.CodecRegistrar;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Adds {@link BinaryTextCodec} to each connection. */
final class BinaryTextRegistrar implements CodecRegistrar {

    @Override
    public Publisher<Void> register(
            PostgresqlConnection connection, ByteBufAllocator allocator, CodecRegistry registry) {
        return Mono.fromRunnable(() -> {
            if (registry instanceof Codecs codecs) {
                registry.addFirst(new BinaryTextCodec(codecs, stringWriter(registry)));
            }
        });
    }

    private static Codec<?> stringWriter(CodecRegistry registry) {
        for (Codec<?> codec : registry) {
            if (codec.canEncode("")) {
                return codec;
            }
        }
        throw new IllegalStateException("The driver has no codec for Strings.");
    }
}
