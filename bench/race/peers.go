package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// contender is an engine and how its program comes to be. Paths are absolute.
type contender struct {
	name  string
	title string
	// build makes the program and gives its command. src is the folder of this module, dir a
	// folder outside it for what is built.
	build func(src, dir string) (command []string, err error)
}

// contenders is the engines of the race in the order of the table.
var contenders = []contender{
	{"ours", "Ibid", goProgram("ours")},
	{"tantivy", "Tantivy", tantivy},
	{"lucene", "Lucene", lucene},
	{"bleve", "bleve", goProgram("bleve")},
	{"sqlite", "SQLite FTS5", sqlite},
}

// goProgram builds a program of this module.
func goProgram(name string) func(src, dir string) ([]string, error) {
	return func(src, dir string) ([]string, error) {
		out := filepath.Join(dir, name)
		return []string{out}, run(src, nil, "go", "build", "-o", out, "./"+name)
	}
}

func tantivy(src, dir string) ([]string, error) {
	if _, err := exec.LookPath("cargo"); err != nil {
		return nil, errors.New("the peer Tantivy needs cargo; install Rust, or leave it out: -without tantivy")
	}
	target := filepath.Join(dir, "tantivy")
	err := run(filepath.Join(src, "tantivy"), []string{"CARGO_TARGET_DIR=" + target}, "cargo", "build", "--release", "--quiet")
	return []string{filepath.Join(target, "release", "race")}, err
}

func sqlite(src, _ string) ([]string, error) {
	if _, err := exec.LookPath("python3"); err != nil {
		return nil, errors.New("the peer SQLite needs python3; install it, or leave it out: -without sqlite")
	}
	return []string{"python3", filepath.Join(src, "sqlite", "engine.py")}, nil
}

// lucene compiles with Maven. The JVM gets what Lucene asks for: the module of vectors, and a
// collector without threads of its own, whose time would count.
func lucene(src, _ string) ([]string, error) {
	if _, err := exec.LookPath("mvn"); err != nil {
		return nil, errors.New("the peer Lucene needs Maven; install it, or leave it out: -without lucene")
	}
	home, err := javaHome()
	if err != nil {
		return nil, err
	}
	at := filepath.Join(src, "lucene")
	if err := run(at, []string{"JAVA_HOME=" + home}, "mvn", "-q", "-B", "compile", "dependency:build-classpath"); err != nil {
		return nil, err
	}
	libraries, err := os.ReadFile(filepath.Join(at, "target", "classpath"))
	if err != nil {
		return nil, err
	}
	return []string{filepath.Join(home, "bin", "java"), "-Xms1g", "-Xmx4g", "-XX:+UseSerialGC",
		"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
		"-cp", filepath.Join(at, "target", "classes") + ":" + strings.TrimSpace(string(libraries)), "Race"}, nil
}

// leastJava is the oldest Java that lets a program call the clock of its process.
const leastJava = 22

// javaHome finds a JDK: that of JAVA_HOME if it is new enough, else the newest of those where
// systems keep them.
func javaHome() (string, error) {
	homes := []string{os.Getenv("JAVA_HOME")}
	for _, pattern := range []string{"/usr/lib/jvm/*", "/opt/java/*", "/Library/Java/JavaVirtualMachines/*/Contents/Home"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		homes = append(homes, found...)
	}
	best, newest := "", leastJava-1
	for i, h := range homes {
		if v := javaVersion(h); v > newest {
			best, newest = h, v
			if i == 0 {
				break
			}
		}
	}
	if best == "" {
		return "", fmt.Errorf("the peer Lucene needs a JDK of %d or later; set JAVA_HOME, or leave it out: -without lucene", leastJava)
	}
	return best, nil
}

var javaRelease = regexp.MustCompile(`JAVA_VERSION="(\d+)`)

// javaVersion is the major version of the JDK in a folder; 0 when there is none.
func javaVersion(home string) int {
	b, err := os.ReadFile(filepath.Join(home, "release"))
	if home == "" || err != nil {
		return 0
	}
	if _, err := os.Stat(filepath.Join(home, "bin", "javac")); err != nil {
		return 0
	}
	m := javaRelease.FindSubmatch(b)
	if m == nil {
		return 0
	}
	v, _ := strconv.Atoi(string(m[1]))
	return v
}

// run runs a command of a build, low in priority, and shows what it says only when it fails.
func run(dir string, env []string, command ...string) error {
	if nice, err := exec.LookPath("nice"); err == nil {
		command = append([]string{nice, "-n", "5"}, command...)
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(command, " "), err, out)
	}
	return nil
}

// revision names the commit of this tree, and whether it has changes.
func revision(src string) string {
	cmd := exec.Command("git", "describe", "--always", "--dirty=, changed", "--match=")
	cmd.Dir = src
	out, err := cmd.Output()
	if err != nil {
		return "unknown commit"
	}
	return strings.TrimSpace(string(out))
}
