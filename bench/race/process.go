package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"

	"ibid/bench/engine"
)

// process is a running program of an engine.
type process struct {
	name string
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
}

// start runs a program. What it writes to its standard error is shown.
func start(name string, command []string) (*process, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &process{name: name, cmd: cmd, in: in, out: bufio.NewReaderSize(out, 1<<20)}, nil
}

// ask sends one request and waits for its answer.
func (p *process) ask(r engine.Request) (*engine.Answer, error) {
	b, err := json.Marshal(&r)
	if err != nil {
		return nil, err
	}
	if _, err := p.in.Write(append(b, '\n')); err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("%s ended: %w", p.name, err)
	}
	var a engine.Answer
	if err := json.Unmarshal(line, &a); err != nil {
		return nil, fmt.Errorf("%s: %w in %.200s", p.name, err, line)
	}
	if a.Error != "" {
		return nil, fmt.Errorf("%s: %s %s: %s", p.name, r.Op, r.Class, a.Error)
	}
	return &a, nil
}

// stop ends the program by ending its input.
func (p *process) stop() error {
	p.in.Close()
	return p.cmd.Wait()
}
