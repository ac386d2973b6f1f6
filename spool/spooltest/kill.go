package spooltest

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
)

// HookFromEnv returns a step function for [spool.NewDisk] in a child process of a
// test, as the environment variable says:
//
//	""            does nothing
//	STEP#K        the process kills itself (SIGKILL) just before step STEP, the K-th time (from 1)
//	*#K           the same before the K-th step of any name
//	log=FILE      appends the name of each step to FILE, one a line
//
// Anything else is an error of every step. It may be called by several goroutines.
func HookFromEnv(name string) func(step string) error {
	value := os.Getenv(name)
	if value == "" {
		return func(string) error { return nil }
	}
	if file, ok := strings.CutPrefix(value, "log="); ok {
		return logTo(file)
	}
	at := strings.LastIndexByte(value, '#')
	if at < 1 {
		return func(string) error { return fmt.Errorf("spooltest: %s is not STEP#K", name) }
	}
	wanted := value[:at]
	left, err := strconv.Atoi(value[at+1:])
	if err != nil || left < 1 {
		return func(string) error { return fmt.Errorf("spooltest: %s is not STEP#K", name) }
	}
	var mu sync.Mutex
	return func(step string) error {
		mu.Lock()
		defer mu.Unlock()
		if wanted == "*" || wanted == step {
			if left--; left == 0 {
				kill()
			}
		}
		return nil
	}
}

// kill ends the process as kill -9 does, and does not return.
func kill() {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {}
}

func logTo(file string) func(string) error {
	var mu sync.Mutex
	return func(step string) error {
		mu.Lock()
		defer mu.Unlock()
		f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(f, step)
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
		return err
	}
}
