package io.headrace.benchmarks.pool;

import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresServer;
import io.headrace.test.TestPostgres;
import java.util.concurrent.TimeUnit;

/** What happens between a pool and its database. Each is over when it returns: a new connection would work. */
enum Fault {
    TERMINATED("`pg_terminate_backend` for all") {
        @Override
        void strike(PostgresServer server, TestPostgres postgres, FaultProxy proxy) {
            postgres.terminateBackends();
        }
    },
    RESTARTED("server restarted") {
        @Override
        void strike(PostgresServer server, TestPostgres postgres, FaultProxy proxy) {
            server.restart();
        }
    },
    BLACK_HOLED("old links swallow everything, new ones work") {
        @Override
        void strike(PostgresServer server, TestPostgres postgres, FaultProxy proxy) {
            proxy.blackHoleExisting();
        }
    },
    RESET("all links reset") {
        @Override
        void strike(PostgresServer server, TestPostgres postgres, FaultProxy proxy) {
            proxy.reset();
        }
    },
    REFUSED("links reset, connects refused for 2 s") {
        @Override
        void strike(PostgresServer server, TestPostgres postgres, FaultProxy proxy) throws InterruptedException {
            proxy.refuse();
            proxy.reset();
            TimeUnit.SECONDS.sleep(2);
            proxy.forward();
        }
    };

    private final String title;

    Fault(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    abstract void strike(PostgresServer server, TestPostgres postgres, FaultProxy proxy) throws InterruptedException;
}
