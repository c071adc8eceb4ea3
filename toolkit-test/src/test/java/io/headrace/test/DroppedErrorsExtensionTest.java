package io.headrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

@AllowDroppedErrors("the hooks of a test within a test add up, so this class hears its inner tests")
class DroppedErrorsExtensionTest {

    @Test
    void droppedErrorFailsItsTestAndNoOther() {
        EngineExecutionResults results = run(DropsErrors.class);

        assertThat(InnerTests.failures(results))
                .hasSize(2)
                .anyMatch(message -> message.contains("drops()") && message.contains("lost in the test"))
                .anyMatch(message -> message.contains("dropsLate()") && message.contains("lost in @AfterEach"));
        results.testEvents().assertStatistics(statistics -> statistics.succeeded(1));
    }

    @Test
    void allowedErrorsFailNothing() {
        run(MayDropErrors.class).testEvents().assertStatistics(statistics -> statistics.succeeded(1));
        run(MayDropErrorsInOneTest.class)
                .testEvents()
                .assertStatistics(statistics -> statistics.succeeded(1).failed(1));
    }

    @Test
    void anErrorOfASocketThatNobodyWaitsForFailsNothing() {
        run(WritesToADeadSocket.class)
                .testEvents()
                .assertStatistics(statistics -> statistics.succeeded(1).failed(1));
    }

    @Test
    void hookIsGoneAfterTheTest() {
        run(DropsErrors.class).testEvents().assertStatistics(statistics -> statistics.started(3));
        AtomicReference<Throwable> seen = new AtomicReference<>();
        Hooks.onErrorDropped(seen::set);
        drop("seen");

        assertThat(seen.get()).hasMessage("seen");
        Hooks.resetOnErrorDropped();
    }

    private static EngineExecutionResults run(Class<?> testClass) {
        return EngineTestKit.engine(new JupiterTestEngine())
                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                .selectors(selectClass(testClass))
                .execute();
    }

    private static void drop(String message) {
        Operators.onErrorDropped(new IllegalStateException(message), Context.empty());
    }

    static class DropsErrors {

        private boolean late;

        @Test
        void drops() {
            drop("lost in the test");
        }

        @Test
        void dropsLate() {
            late = true;
        }

        @Test
        void dropsNothing() {
            assertThat(late).isFalse();
        }

        @AfterEach
        void end() {
            if (late) {
                drop("lost in @AfterEach");
            }
        }
    }

    @AllowDroppedErrors("the subject of this class")
    static class MayDropErrors {

        @Nested
        class Within {

            @Test
            void drops() {
                drop("allowed");
            }
        }
    }

    static class WritesToADeadSocket {

        @Test
        void inTheDriver() {
            Mono.error(new IOException("Broken pipe")).subscribe();
        }

        @Test
        void anotherError() {
            Mono.error(new IllegalStateException("Broken promise")).subscribe();
        }
    }

    static class MayDropErrorsInOneTest {

        @Test
        @AllowDroppedErrors
        void drops() {
            drop("allowed");
        }

        @Test
        void dropsToo() {
            drop("not allowed");
        }
    }
}
