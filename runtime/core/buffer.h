#pragma once

#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include "runtime/core/allocator.h"

namespace linnet {

// An array of fixed size whose allocation can fail without an exception. Elements are made by their
// default constructor. Owns its memory; move-only. Charged to an account that must outlive it, or
// to none.
template <typename T>
class Buffer {
  static_assert(alignof(T) <= kAlignment && std::is_nothrow_default_constructible_v<T>);

 public:
  Buffer() = default;
  ~Buffer() { reset(); }
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    Buffer(std::move(other)).swap(*this);
    return *this;
  }

  // Drops the content and makes `count` new elements. False, leaving the buffer empty: no memory.
  [[nodiscard]] bool make(size_t count, MemoryAccount* account = nullptr) {
    reset();
    if (count == 0) return true;
    if (count > SIZE_MAX / sizeof(T)) return false;
    const size_t bytes = count * sizeof(T);
    void* memory = account ? account->allocate(bytes) : system_allocate(bytes);
    if (!memory) return false;
    data_ = static_cast<T*>(memory);
    account_ = account;
    if constexpr (std::is_trivially_default_constructible_v<T>) {
      size_ = count;  // the memory is zeroed
    } else {
      for (; size_ < count; ++size_) new (data_ + size_) T();
    }
    return true;
  }
  void reset() {
    for (size_t i = 0; i < size_; ++i) data_[i].~T();
    if (account_) {
      account_->release(data_, size_ * sizeof(T));
    } else {
      system_release(data_);
    }
    data_ = nullptr;
    size_ = 0;
    account_ = nullptr;
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  std::span<T> span() { return {data_, size_}; }
  std::span<const T> span() const { return {data_, size_}; }

 private:
  void swap(Buffer& other) {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(account_, other.account_);
  }
  T* data_ = nullptr;
  size_t size_ = 0;
  MemoryAccount* account_ = nullptr;
};

}  // namespace linnet
