package io.headrace.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;

/** The event loops of one toolkit: its own Vert.x instance on daemon threads. */
final class EventLoops {

    /** One for the shared connection, one for blocking reads. */
    private static final int THREADS = 2;

    private final VertxInternal vertx;

    EventLoops() {
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(THREADS)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                // no cache directory on disk: nothing is read from the class path
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false));
        this.vertx = (VertxInternal) Vertx.vertx(options);
    }

    Vertx vertx() {
        return vertx;
    }

    /** The public way to a context would tie the calling thread to it for ever, hence the internal type. */
    ContextInternal newContext() {
        return vertx.createEventLoopContext();
    }

    Future<Void> close() {
        return vertx.close();
    }
}
