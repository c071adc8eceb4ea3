package io.headrace.samples.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules that hold across the published modules, checked on their class files. */
class ModuleRulesTest {

    private static final String[] LIBRARIES = {
        "io.headrace.core..", "io.headrace.pool..", "io.headrace.tx..", "io.headrace.redis..", "io.headrace.sqlite.."
    };

    /** Where a user may look; everything elsewhere is package-private. */
    private static final Set<String> API_PACKAGES = Set.of(
            "io.headrace.core",
            "io.headrace.core.bulk",
            "io.headrace.core.coalesce",
            "io.headrace.core.connection",
            "io.headrace.core.dialect",
            "io.headrace.core.error",
            "io.headrace.core.json",
            "io.headrace.core.mapping",
            "io.headrace.core.observe",
            "io.headrace.core.scan",
            "io.headrace.core.sql",
            "io.headrace.pool",
            "io.headrace.redis",
            "io.headrace.sqlite",
            "io.headrace.test",
            "io.headrace.tx",
            "io.headrace.tx.spring");

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.headrace");

    @ParameterizedTest
    @ValueSource(strings = {"core", "pool", "tx", "redis", "sqlite", "test"})
    void everyModuleWasLoaded(String module) {
        assertThat(ALL.stream().map(JavaClass::getPackageName)).anyMatch(name -> name.equals("io.headrace." + module));
    }

    @ParameterizedTest
    @CsvSource({
        "core, pool tx redis sqlite test samples",
        "pool, tx redis sqlite test samples",
        "tx, pool redis sqlite test samples",
        "redis, core pool tx sqlite test samples",
        "sqlite, core pool tx redis test samples",
        "test, core pool tx redis sqlite samples",
    })
    void modulesDependOneWayOnly(String module, String forbidden) {
        String[] others = Arrays.stream(forbidden.split(" "))
                .map(name -> "io.headrace." + name + "..")
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage("io.headrace." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(ALL);
    }

    @Test
    void librariesNeverBlock() {
        noClasses()
                .that()
                .resideInAnyPackage(LIBRARIES)
                .should()
                .callMethodWhere(BlockingCalls.OF_REACTOR_OR_THREADS)
                .check(ALL);
    }

    @Test
    void librariesNeverPrint() {
        noClasses()
                .that()
                .resideInAnyPackage(LIBRARIES)
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(ALL);
    }

    @Test
    void nothingIsPublicOutsideTheApiPackages() {
        ArchRule rule = classes()
                .that()
                .resideInAnyPackage(LIBRARIES)
                .and()
                .haveModifier(JavaModifier.PUBLIC)
                .should()
                .resideInAnyPackage(API_PACKAGES.toArray(String[]::new));

        rule.check(ALL);
    }

    @Test
    void noTypeOfALowerLibraryIsInAPublicSignature() {
        classes()
                .that()
                .resideInAnyPackage(LIBRARIES)
                .and()
                .arePublic()
                .should(new ExposeOnlyAllowedTypes())
                .check(ALL);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.headrace.(**)").should().beFreeOfCycles().check(ALL);
    }
}
