package venue

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"mantis/data"
)

// keysHint says where keys are looked for.
const keysHint = "set SHRIMPY_KEY and SHRIMPY_SECRET both, in the environment or in a file .env, or neither"

// signShrimpy signs a request where there is a key. The number used once is the
// time in milliseconds, and always larger than the last one: a key must be used
// by one program at a time.
func signShrimpy(c *Client, r *http.Request, path string) error {
	key, secret := c.key("SHRIMPY_KEY"), c.key("SHRIMPY_SECRET")
	if key == "" && secret == "" {
		return nil
	}
	if key == "" || secret == "" {
		return data.WithHint(errors.New("shrimpy: one of its two keys is missing"), keysHint)
	}
	nonce := strconv.FormatInt(c.nonce("shrimpy"), 10)
	signature, err := signature(secret, path, r.Method, nonce, "")
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("DEV-SHRIMPY-API-KEY", key)
	r.Header.Set("DEV-SHRIMPY-API-NONCE", nonce)
	r.Header.Set("DEV-SHRIMPY-API-SIGNATURE", signature)
	return nil
}

// nonce is a number that a key has not used.
func (c *Client) nonce(key string) int64 {
	here := c.now().UnixMilli()
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.of(&Venue{Name: key})
	s.nonce = max(here, s.nonce+1)
	return s.nonce
}

// signature is the base64 of the HMAC-SHA256, under the decoded secret, of path
// with query, method, nonce and body in a row.
func signature(secret, path, method, nonce, body string) (string, error) {
	key, err := base64.StdEncoding.DecodeString(secret)
	if err != nil { // which would show a part of it
		return "", data.WithHint(fmt.Errorf("SHRIMPY_SECRET: %w", errors.New("it is no base64")), keysHint)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(path + method + nonce + body))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}
