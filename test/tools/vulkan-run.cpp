//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Runs one compute shader on the first Vulkan device that has a CPU for a
// device, else on the first of all:
//
//   vulkan-run SHADER ENTRY GRIDX GRIDY GRIDZ OUTPUT BUFFER...
//
// The files BUFFER are storage buffers 0, 1, ...; OUTPUT gets the last of them.
// No device is an error.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>
#include <vulkan/vulkan.h>

namespace {

[[noreturn]] void stop(const std::string &message) {
  std::fprintf(stderr, "vulkan-run: error: %s\n", message.c_str());
  std::exit(1);
}

void check(const char *what, VkResult result) {
  if (result != VK_SUCCESS)
    stop(std::string(what) + ": VkResult " + std::to_string(result));
}

std::vector<char> readFile(const char *path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    stop(std::string(path) + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A zero-initialized Vulkan structure of a type.
template <typename T>
T make(VkStructureType type) {
  T value;
  std::memset(&value, 0, sizeof(value));
  value.sType = type;
  return value;
}

struct Buffer {
  VkBuffer buffer;
  char *mapped;
  size_t size;
};

/// One device with one queue. The process ends soon: nothing is destroyed.
class Machine {
public:
  Machine() {
    auto application =
        make<VkApplicationInfo>(VK_STRUCTURE_TYPE_APPLICATION_INFO);
    application.apiVersion = VK_API_VERSION_1_1;
    auto info =
        make<VkInstanceCreateInfo>(VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO);
    info.pApplicationInfo = &application;
    VkInstance instance;
    check("vkCreateInstance", vkCreateInstance(&info, nullptr, &instance));
    uint32_t count = 0;
    check("vkEnumeratePhysicalDevices",
          vkEnumeratePhysicalDevices(instance, &count, nullptr));
    std::vector<VkPhysicalDevice> devices(count);
    check("vkEnumeratePhysicalDevices",
          vkEnumeratePhysicalDevices(instance, &count, devices.data()));
    if (devices.empty())
      stop("there is no Vulkan device; mesa-vulkan-drivers has one of the CPU");
    physical = devices.front();
    for (VkPhysicalDevice candidate : devices) {
      VkPhysicalDeviceProperties properties;
      vkGetPhysicalDeviceProperties(candidate, &properties);
      if (properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU) {
        physical = candidate;
        break;
      }
    }
    float priority = 1;
    auto queueInfo = make<VkDeviceQueueCreateInfo>(
        VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO);
    queueInfo.queueCount = 1;
    queueInfo.pQueuePriorities = &priority;
    auto deviceInfo =
        make<VkDeviceCreateInfo>(VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO);
    deviceInfo.queueCreateInfoCount = 1;
    deviceInfo.pQueueCreateInfos = &queueInfo;
    check("vkCreateDevice",
          vkCreateDevice(physical, &deviceInfo, nullptr, &device));
    vkGetDeviceQueue(device, 0, 0, &queue);
  }

  Buffer makeBuffer(const std::vector<char> &contents) {
    Buffer result;
    result.size = contents.size();
    auto info = make<VkBufferCreateInfo>(VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO);
    info.size = contents.size();
    info.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;
    check("vkCreateBuffer",
          vkCreateBuffer(device, &info, nullptr, &result.buffer));
    VkMemoryRequirements needs;
    vkGetBufferMemoryRequirements(device, result.buffer, &needs);
    auto allocation =
        make<VkMemoryAllocateInfo>(VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO);
    allocation.allocationSize = needs.size;
    allocation.memoryTypeIndex = findMemory(needs.memoryTypeBits);
    VkDeviceMemory memory;
    check("vkAllocateMemory",
          vkAllocateMemory(device, &allocation, nullptr, &memory));
    check("vkBindBufferMemory",
          vkBindBufferMemory(device, result.buffer, memory, 0));
    void *mapped;
    check("vkMapMemory",
          vkMapMemory(device, memory, 0, VK_WHOLE_SIZE, 0, &mapped));
    result.mapped = static_cast<char *>(mapped);
    std::memcpy(mapped, contents.data(), contents.size());
    return result;
  }

  void run(const std::vector<char> &shader, const char *entry,
           const uint32_t *grid, const std::vector<Buffer> &buffers) {
    VkDescriptorSetLayout setLayout = makeSetLayout(buffers.size());
    auto layoutInfo = make<VkPipelineLayoutCreateInfo>(
        VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO);
    layoutInfo.setLayoutCount = 1;
    layoutInfo.pSetLayouts = &setLayout;
    VkPipelineLayout layout;
    check("vkCreatePipelineLayout",
          vkCreatePipelineLayout(device, &layoutInfo, nullptr, &layout));
    VkPipeline pipeline = makePipeline(shader, entry, layout);
    VkDescriptorSet set = makeSet(setLayout, buffers);

    auto poolInfo = make<VkCommandPoolCreateInfo>(
        VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO);
    VkCommandPool pool;
    check("vkCreateCommandPool",
          vkCreateCommandPool(device, &poolInfo, nullptr, &pool));
    auto commandsInfo = make<VkCommandBufferAllocateInfo>(
        VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO);
    commandsInfo.commandPool = pool;
    commandsInfo.commandBufferCount = 1;
    VkCommandBuffer commands;
    check("vkAllocateCommandBuffers",
          vkAllocateCommandBuffers(device, &commandsInfo, &commands));
    auto begin = make<VkCommandBufferBeginInfo>(
        VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO);
    check("vkBeginCommandBuffer", vkBeginCommandBuffer(commands, &begin));
    vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline);
    vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_COMPUTE, layout, 0,
                            1, &set, 0, nullptr);
    vkCmdDispatch(commands, grid[0], grid[1], grid[2]);
    check("vkEndCommandBuffer", vkEndCommandBuffer(commands));
    auto submit = make<VkSubmitInfo>(VK_STRUCTURE_TYPE_SUBMIT_INFO);
    submit.commandBufferCount = 1;
    submit.pCommandBuffers = &commands;
    check("vkQueueSubmit", vkQueueSubmit(queue, 1, &submit, VK_NULL_HANDLE));
    check("vkQueueWaitIdle", vkQueueWaitIdle(queue));
  }

private:
  uint32_t findMemory(uint32_t allowed) {
    constexpr VkMemoryPropertyFlags wanted =
        VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
        VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    VkPhysicalDeviceMemoryProperties memory;
    vkGetPhysicalDeviceMemoryProperties(physical, &memory);
    for (uint32_t type = 0; type < memory.memoryTypeCount; ++type)
      if ((allowed >> type & 1) &&
          (memory.memoryTypes[type].propertyFlags & wanted) == wanted)
        return type;
    stop("no memory that the host sees");
  }

  VkDescriptorSetLayout makeSetLayout(size_t count) {
    std::vector<VkDescriptorSetLayoutBinding> bindings(count);
    for (size_t i = 0; i < count; ++i)
      bindings[i] = {uint32_t(i), VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1,
                     VK_SHADER_STAGE_COMPUTE_BIT, nullptr};
    auto info = make<VkDescriptorSetLayoutCreateInfo>(
        VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO);
    info.bindingCount = count;
    info.pBindings = bindings.data();
    VkDescriptorSetLayout layout;
    check("vkCreateDescriptorSetLayout",
          vkCreateDescriptorSetLayout(device, &info, nullptr, &layout));
    return layout;
  }

  VkPipeline makePipeline(const std::vector<char> &shader, const char *entry,
                          VkPipelineLayout layout) {
    std::vector<uint32_t> words(shader.size() / 4);
    std::memcpy(words.data(), shader.data(), 4 * words.size());
    auto moduleInfo = make<VkShaderModuleCreateInfo>(
        VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO);
    moduleInfo.codeSize = 4 * words.size();
    moduleInfo.pCode = words.data();
    VkShaderModule module;
    check("vkCreateShaderModule",
          vkCreateShaderModule(device, &moduleInfo, nullptr, &module));
    auto info = make<VkComputePipelineCreateInfo>(
        VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO);
    info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
    info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
    info.stage.module = module;
    info.stage.pName = entry;
    info.layout = layout;
    VkPipeline pipeline;
    check("vkCreateComputePipelines",
          vkCreateComputePipelines(device, VK_NULL_HANDLE, 1, &info, nullptr,
                                   &pipeline));
    return pipeline;
  }

  VkDescriptorSet makeSet(VkDescriptorSetLayout layout,
                          const std::vector<Buffer> &buffers) {
    VkDescriptorPoolSize size = {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                                 uint32_t(buffers.size())};
    auto poolInfo = make<VkDescriptorPoolCreateInfo>(
        VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO);
    poolInfo.maxSets = 1;
    poolInfo.poolSizeCount = 1;
    poolInfo.pPoolSizes = &size;
    VkDescriptorPool pool;
    check("vkCreateDescriptorPool",
          vkCreateDescriptorPool(device, &poolInfo, nullptr, &pool));
    auto info = make<VkDescriptorSetAllocateInfo>(
        VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO);
    info.descriptorPool = pool;
    info.descriptorSetCount = 1;
    info.pSetLayouts = &layout;
    VkDescriptorSet set;
    check("vkAllocateDescriptorSets",
          vkAllocateDescriptorSets(device, &info, &set));
    for (size_t i = 0; i < buffers.size(); ++i) {
      VkDescriptorBufferInfo buffer = {buffers[i].buffer, 0, VK_WHOLE_SIZE};
      auto write =
          make<VkWriteDescriptorSet>(VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET);
      write.dstSet = set;
      write.dstBinding = i;
      write.descriptorCount = 1;
      write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
      write.pBufferInfo = &buffer;
      vkUpdateDescriptorSets(device, 1, &write, 0, nullptr);
    }
    return set;
  }

  VkPhysicalDevice physical;
  VkDevice device;
  VkQueue queue;
};

} // namespace

int main(int count, char **arguments) {
  if (count < 8) {
    std::fprintf(stderr, "usage: vulkan-run SHADER ENTRY GRIDX GRIDY GRIDZ "
                         "OUTPUT BUFFER...\n");
    return 2;
  }
  std::vector<char> shader = readFile(arguments[1]);
  uint32_t grid[3];
  for (int axis = 0; axis < 3; ++axis)
    grid[axis] = std::strtoul(arguments[3 + axis], nullptr, 10);
  Machine machine;
  std::vector<Buffer> buffers;
  for (int i = 7; i < count; ++i)
    buffers.push_back(machine.makeBuffer(readFile(arguments[i])));
  machine.run(shader, arguments[2], grid, buffers);
  std::ofstream output(arguments[6], std::ios::binary);
  output.write(buffers.back().mapped, buffers.back().size);
  output.close();
  if (!output)
    stop(std::string(arguments[6]) + ": cannot be written");
  return 0;
}
