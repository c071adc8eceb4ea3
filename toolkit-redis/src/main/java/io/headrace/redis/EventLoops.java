package io.headrace.redis;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;

/** The event loops of one toolkit: its own Vert.x instance on daemon threads. */
final class EventLoops {

    private final VertxInternal vertx;
    private final List<EventLoop> loops = new ArrayList<>();

    /** One loop for each shared connection, and one for all others. */
    EventLoops(int shared) {
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(shared + 1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                // no cache directory on disk: nothing is read from the class path
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false));
        this.vertx = (VertxInternal) Vertx.vertx(options);
        for (EventExecutor loop : vertx.nettyEventLoopGroup()) {
            loops.add((EventLoop) loop);
        }
    }

    Vertx vertx() {
        return vertx;
    }

    ContextInternal shared(int index) {
        return context(loops.get(index));
    }

    /** For connections that wait most of the time. */
    ContextInternal quiet() {
        return context(loops.get(loops.size() - 1));
    }

    /** The public way to a context would tie the calling thread to it for ever, hence the internal types. */
    private ContextInternal context(EventLoop loop) {
        return vertx.contextBuilder()
                .withThreadingModel(ThreadingModel.EVENT_LOOP)
                .withEventLoop(loop)
                .build();
    }

    Future<Void> close() {
        return vertx.close();
    }
}
