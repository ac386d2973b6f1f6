package identity

import (
	"container/list"
	"sync"
)

// A cache keeps the blocks of people that small calls ask for again and again. It holds a
// fixed number of them and forgets the one that was not used for the longest time.
type cache[K comparable, V any] struct {
	mu    sync.Mutex
	most  int
	order *list.List // of cached[K, V], the latest used in front
	known map[K]*list.Element
}

type cached[K comparable, V any] struct {
	key   K
	value V
}

func newCache[K comparable, V any](most int) *cache[K, V] {
	return &cache[K, V]{most: most, order: list.New(), known: make(map[K]*list.Element)}
}

func (c *cache[K, V]) get(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.known[key]
	if !ok {
		return value, false
	}
	c.order.MoveToFront(e)
	return e.Value.(cached[K, V]).value, true
}

func (c *cache[K, V]) put(key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.known[key]; ok {
		return
	}
	c.known[key] = c.order.PushFront(cached[K, V]{key, value})
	if c.order.Len() > c.most {
		last := c.order.Back()
		delete(c.known, last.Value.(cached[K, V]).key)
		c.order.Remove(last)
	}
}
